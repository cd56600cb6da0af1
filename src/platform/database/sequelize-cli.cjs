'use strict';

const { pathToFileURL } = require('node:url');

// sequelize-cli loads only CommonJS. This file loads the TypeScript configuration without a build.
module.exports = async () => {
  const { tsImport } = await import('tsx/esm/api');
  const { sequelizeCliConfig } = await tsImport('./sequelize-cli.ts', {
    parentURL: pathToFileURL(`${__dirname}/`).href,
  });
  return sequelizeCliConfig();
};

'use strict';

const { pathToFileURL } = require('node:url');

// sequelize-cli loads CommonJS. What it is given is written in TypeScript like everything else, and needs no build.
module.exports = async () => {
  const { tsImport } = await import('tsx/esm/api');
  const { sequelizeCliConfig } = await tsImport('./sequelize-cli.ts', {
    parentURL: pathToFileURL(`${__dirname}/`).href,
  });
  return sequelizeCliConfig();
};

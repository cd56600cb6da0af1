'use strict';

/**
 * PostgreSQL's text parser takes half a minute for one word of 50,000 underscores and letters. A word that is longer
 * than 200 characters is cut for the search; `plain`, which snippets are made of, stays as it is.
 */
const withSearchOf = (plain) => `
  ALTER TABLE posts DROP COLUMN search;
  ALTER TABLE posts ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple'::regconfig, title), 'A') || setweight(to_tsvector('simple'::regconfig, ${plain}), 'B')
  ) STORED;
  CREATE INDEX posts_search_idx ON posts USING gin (search);
`;

module.exports = {
  up: (queryInterface) =>
    queryInterface.sequelize.query(withSearchOf(`regexp_replace(plain, '(\\S{200})', '\\1 ', 'g')`)),
  down: (queryInterface) => queryInterface.sequelize.query(withSearchOf('plain')),
};

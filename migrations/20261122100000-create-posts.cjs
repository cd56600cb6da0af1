'use strict';

/**
 * No column depends on the current time: a query compares `publish_at` with the time at which it runs. A slug stays
 * taken for ever, also after its post was deleted. Revisions are deleted only with their post, by the cascade, which
 * runs with the owner's rights after the post is deleted.
 */
const UP = `
  CREATE TABLE posts (
    id uuid PRIMARY KEY,
    author_id uuid NOT NULL CONSTRAINT posts_author_id_fkey REFERENCES users (id),
    slug text NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    html text NOT NULL,
    plain text NOT NULL,
    html_version integer NOT NULL,
    tags text[] NOT NULL,
    status text NOT NULL,
    visibility text NOT NULL,
    comment_policy text NOT NULL,
    publish_at timestamptz(3),
    revision integer NOT NULL,
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    sort_at timestamptz(3) NOT NULL GENERATED ALWAYS AS (coalesce(publish_at, created_at)) STORED,
    search tsvector NOT NULL GENERATED ALWAYS AS (
      setweight(to_tsvector('simple'::regconfig, title), 'A') || setweight(to_tsvector('simple'::regconfig, plain), 'B')
    ) STORED,
    CONSTRAINT posts_slug_key UNIQUE (slug),
    CONSTRAINT posts_slug_check CHECK (char_length(slug) <= 80 AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT posts_title_check CHECK (char_length(title) BETWEEN 1 AND 200 AND title = btrim(title)),
    CONSTRAINT posts_content_check CHECK (char_length(content) BETWEEN 1 AND 50000),
    CONSTRAINT posts_tags_check CHECK (
      cardinality(tags) <= 10 AND array_position(tags, NULL) IS NULL AND array_position(tags, '') IS NULL
    ),
    CONSTRAINT posts_status_check CHECK (status IN ('draft', 'scheduled', 'published', 'archived')),
    CONSTRAINT posts_visibility_check CHECK (visibility IN ('public', 'members', 'staff')),
    CONSTRAINT posts_comment_policy_check CHECK (comment_policy IN ('open', 'locked', 'hidden')),
    CONSTRAINT posts_publish_at_check CHECK ((publish_at IS NULL) = (status = 'draft')),
    CONSTRAINT posts_counts_check CHECK (revision >= 1 AND version >= 1 AND html_version >= 1),
    CONSTRAINT posts_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON COLUMN posts.status IS 'As it was set: what is scheduled stays so, and is published from publish_at on.';
  COMMENT ON COLUMN posts.html IS 'content, rendered and sanitised by version html_version of the renderer.';
  COMMENT ON COLUMN posts.plain IS 'The words of html: what is searched, and what snippets are cut from.';
  COMMENT ON COLUMN posts.sort_at IS 'What lists are sorted by.';
  CREATE INDEX posts_sort_idx ON posts (sort_at DESC, id DESC);
  CREATE INDEX posts_author_idx ON posts (author_id, sort_at DESC, id DESC);
  CREATE INDEX posts_tags_idx ON posts USING gin (tags);
  CREATE INDEX posts_search_idx ON posts USING gin (search);

  CREATE FUNCTION journal_check_post() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    was text := CASE WHEN OLD.status = 'scheduled' AND OLD.publish_at <= NEW.updated_at THEN 'published' ELSE OLD.status END;
  BEGIN
    IF NOT (was = NEW.status OR was || '>' || NEW.status = ANY (ARRAY[
      'draft>scheduled', 'draft>published', 'scheduled>draft', 'scheduled>published', 'published>archived',
      'archived>draft', 'archived>published'
    ])) THEN
      RAISE EXCEPTION 'a post that is % cannot become %', was, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'posts_transition_check', TABLE = 'posts';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER posts_transition BEFORE UPDATE OF status ON posts
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION journal_check_post();

  CREATE TABLE post_slugs (
    slug text PRIMARY KEY,
    post_id uuid CONSTRAINT post_slugs_post_id_fkey REFERENCES posts (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT post_slugs_slug_post_id_key UNIQUE (slug, post_id),
    CONSTRAINT post_slugs_slug_check CHECK (char_length(slug) <= 80 AND slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
  );
  COMMENT ON TABLE post_slugs IS 'Every slug that any post has or had; none is ever given to another post.';
  COMMENT ON COLUMN post_slugs.post_id IS 'null once the post is deleted.';
  CREATE INDEX post_slugs_post_idx ON post_slugs (post_id);
  ALTER TABLE posts ADD CONSTRAINT posts_slug_fkey FOREIGN KEY (slug, id) REFERENCES post_slugs (slug, post_id);

  CREATE FUNCTION journal_keep_slug() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF current_setting('praxis.maintenance', true) = 'on' THEN
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.slug <> OLD.slug OR NEW.post_id IS NOT NULL
       OR EXISTS (SELECT FROM posts WHERE id = OLD.post_id) THEN
      RAISE EXCEPTION 'slugs are never given away' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER append_only_post_slugs BEFORE TRUNCATE ON post_slugs
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only_post_slugs_rows BEFORE UPDATE OR DELETE ON post_slugs
    FOR EACH ROW EXECUTE FUNCTION journal_keep_slug();

  CREATE TABLE post_revisions (
    post_id uuid NOT NULL CONSTRAINT post_revisions_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
    number integer NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    tags text[] NOT NULL,
    by_user_id uuid NOT NULL CONSTRAINT post_revisions_by_user_id_fkey REFERENCES users (id),
    created_at timestamptz(3) NOT NULL,
    CONSTRAINT post_revisions_pkey PRIMARY KEY (post_id, number),
    CONSTRAINT post_revisions_number_check CHECK (number >= 1)
  );
  COMMENT ON TABLE post_revisions IS 'What posts said; added to and never changed.';
  CREATE INDEX post_revisions_by_idx ON post_revisions (by_user_id);

  CREATE FUNCTION journal_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF current_setting('praxis.maintenance', true) = 'on' THEN RETURN OLD; END IF;
    IF EXISTS (SELECT FROM posts WHERE id = OLD.post_id) THEN
      RAISE EXCEPTION 'revisions stay as they were written' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END
  $$;
  CREATE TRIGGER append_only_post_revisions BEFORE UPDATE OR TRUNCATE ON post_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION praxis_refuse_change();
  CREATE TRIGGER append_only_post_revisions_delete BEFORE DELETE ON post_revisions
    FOR EACH ROW EXECUTE FUNCTION journal_keep_revision();
`;

// The journal of the demo practice is gone, so `seed` may load it again: the record is deleted from SequelizeData, the
// list of executed seeders. That table exists only after a first seed.
const DOWN = `
  DROP TABLE post_revisions;
  DROP FUNCTION journal_keep_revision();
  ALTER TABLE posts DROP CONSTRAINT posts_slug_fkey;
  DROP TABLE post_slugs;
  DROP FUNCTION journal_keep_slug();
  DROP TABLE posts;
  DROP FUNCTION journal_check_post();
  DO $$ BEGIN
    IF to_regclass('"SequelizeData"') IS NOT NULL THEN
      DELETE FROM "SequelizeData" WHERE name LIKE '%-journal.cjs';
    END IF;
  END $$;
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};

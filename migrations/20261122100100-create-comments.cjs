'use strict';

/**
 * A foreign key allows one level of replies only: a reply refers to a comment of the same post that is no reply itself.
 * A unique index on the fingerprint turns the second of two equal comments into a conflict.
 */
const UP = `
  CREATE TABLE comments (
    id uuid PRIMARY KEY,
    post_id uuid NOT NULL CONSTRAINT comments_post_id_fkey REFERENCES posts (id) ON DELETE CASCADE,
    parent_id uuid,
    author_id uuid NOT NULL CONSTRAINT comments_author_id_fkey REFERENCES users (id),
    comment text,
    html text,
    html_version integer NOT NULL,
    status text NOT NULL,
    approved_at timestamptz(3),
    edited_at timestamptz(3),
    created_at timestamptz(3) NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    version integer NOT NULL,
    is_reply boolean NOT NULL GENERATED ALWAYS AS (parent_id IS NOT NULL) STORED,
    parent_is_reply boolean GENERATED ALWAYS AS (CASE WHEN parent_id IS NOT NULL THEN false END) STORED,
    fingerprint uuid GENERATED ALWAYS AS (
      md5(lower(regexp_replace(btrim(comment, E' \\t\\r\\n'), '\\s+', ' ', 'g')))::uuid
    ) STORED,
    CONSTRAINT comments_thread_key UNIQUE (id, post_id, is_reply),
    CONSTRAINT comments_parent_fkey FOREIGN KEY (parent_id, post_id, parent_is_reply)
      REFERENCES comments (id, post_id, is_reply) ON DELETE CASCADE,
    CONSTRAINT comments_once_key UNIQUE (author_id, post_id, fingerprint),
    CONSTRAINT comments_status_check CHECK (status IN ('pending', 'approved', 'hidden', 'spam', 'deleted')),
    CONSTRAINT comments_deleted_check CHECK (
      (status = 'deleted') = (comment IS NULL) AND (comment IS NULL) = (html IS NULL)
    ),
    CONSTRAINT comments_comment_check CHECK (char_length(comment) BETWEEN 1 AND 5000),
    CONSTRAINT comments_approved_check CHECK (approved_at IS NOT NULL OR status NOT IN ('approved', 'hidden')),
    CONSTRAINT comments_version_check CHECK (version >= 1 AND html_version >= 1),
    CONSTRAINT comments_updated_at_check CHECK (updated_at >= created_at)
  );
  COMMENT ON COLUMN comments.comment IS 'null: deleted; the row keeps the place of what was replied to.';
  COMMENT ON COLUMN comments.approved_at IS 'When it was shown for the first time.';
  CREATE INDEX comments_post_idx ON comments (post_id, created_at, id);
  CREATE INDEX comments_shown_idx ON comments (post_id, created_at DESC, id DESC) WHERE status = 'approved';
  CREATE INDEX comments_parent_idx ON comments (parent_id) WHERE parent_id IS NOT NULL;
  CREATE INDEX comments_author_idx ON comments (author_id, created_at);
  CREATE INDEX comments_queue_idx ON comments (status, created_at, id) WHERE status <> 'approved';

  CREATE FUNCTION journal_check_comment() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT (OLD.status || '>' || NEW.status = ANY (ARRAY[
      'pending>approved', 'pending>spam', 'approved>hidden', 'hidden>approved', 'spam>approved', 'approved>pending',
      'pending>deleted', 'approved>deleted', 'hidden>deleted', 'spam>deleted'
    ])) THEN
      RAISE EXCEPTION 'a comment that is % cannot become %', OLD.status, NEW.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'comments_transition_check', TABLE = 'comments';
    END IF;
    RETURN NEW;
  END
  $$;
  CREATE TRIGGER comments_transition BEFORE UPDATE OF status ON comments
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION journal_check_comment();

  CREATE TABLE commenters (
    user_id uuid PRIMARY KEY CONSTRAINT commenters_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    trusted_at timestamptz(3)
  );
  COMMENT ON TABLE commenters IS 'Who ever commented. The row is what two comments of one author wait for each other at.';

  CREATE TABLE comment_reports (
    id uuid PRIMARY KEY,
    comment_id uuid NOT NULL CONSTRAINT comment_reports_comment_id_fkey REFERENCES comments (id) ON DELETE CASCADE,
    by_user_id uuid NOT NULL CONSTRAINT comment_reports_by_user_id_fkey REFERENCES users (id),
    reason text,
    created_at timestamptz(3) NOT NULL,
    closed_at timestamptz(3),
    CONSTRAINT comment_reports_once_key UNIQUE (comment_id, by_user_id),
    CONSTRAINT comment_reports_reason_check CHECK (char_length(reason) BETWEEN 1 AND 500)
  );
  COMMENT ON COLUMN comment_reports.closed_at IS 'When a moderator decided on the comment.';
  CREATE INDEX comment_reports_by_idx ON comment_reports (by_user_id);
`;

const DOWN = `
  DROP TABLE comment_reports;
  DROP TABLE commenters;
  DROP TABLE comments;
  DROP FUNCTION journal_check_comment();
`;

module.exports = {
  up: (queryInterface) => queryInterface.sequelize.query(UP),
  down: (queryInterface) => queryInterface.sequelize.query(DOWN),
};

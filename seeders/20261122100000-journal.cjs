'use strict';

const ADMIN = '01999999-0001-7000-8000-000000000001';
const STAFF = '01999999-0002-7000-8000-000000000002';
const MEMBER = '01999999-0003-7000-8000-000000000003';
const DAY_MS = 24 * 60 * 60 * 1000;

const POST = 'a001';
const COMMENT = 'a002';
const REPORT = 'a003';
const id = (group, number) => `01999999-${group}-7000-8000-${String(number).padStart(12, '0')}`;
const member = (number) => id('0004', number);

/** Days from today; what has none is a draft. Each says what its Markdown becomes, because seeders render nothing. */
const POSTS = [
  {
    title: 'How to brush',
    day: -40,
    tags: ['teeth', 'how to'],
    content: 'Twice a day, **gently**, for two minutes.\n\n1. outside\n2. inside\n3. on top',
    html: '<p>Twice a day, <strong>gently</strong>, for two minutes.</p>\n<ol>\n<li>outside</li>\n<li>inside</li>\n<li>on top</li>\n</ol>',
    plain: 'Twice a day, gently, for two minutes.\n\noutside\ninside\non top',
  },
  {
    title: 'Our new physiotherapist',
    day: -33,
    tags: ['team'],
    content: 'Noor Haddad has joined us. Welcome!',
  },
  {
    title: 'A back that stays quiet',
    day: -27,
    tags: ['back', 'how to'],
    content: 'Get up every half hour, and walk a little.',
  },
  {
    title: 'What a check-up looks at',
    day: -21,
    tags: ['check-up'],
    content: 'Blood pressure, heart, lungs, and whatever you ask about.',
  },
  {
    title: 'Vaccinations this autumn',
    day: -16,
    tags: ['vaccination', 'autumn'],
    content: 'From October on, without an appointment on Fridays.',
  },
  {
    title: 'Sun and skin',
    day: -12,
    tags: ['skin'],
    content: 'Shade first, then clothes, then cream.',
    policy: 'locked',
  },
  {
    title: 'Sleeping well',
    day: -8,
    tags: ['sleep', 'how to'],
    content: 'The same hour every night helps more than any pillow.',
  },
  {
    title: 'House rules for the waiting room',
    day: -5,
    tags: ['practice'],
    content: 'Masks are on the left, newspapers on the right.',
    policy: 'hidden',
  },
  {
    title: 'Prices for members',
    day: -4,
    tags: ['practice'],
    content: 'Members pay one tenth less in the shop.',
    visibility: 'members',
  },
  {
    title: 'Who opens the door next week',
    day: -2,
    tags: ['team'],
    content: 'Samuel on Monday and Tuesday, Ada on the other days.',
    visibility: 'staff',
  },
  {
    title: 'Opening hours in December',
    day: -1,
    tags: ['practice'],
    content: 'We are closed from the 24th to the 26th.',
  },
  {
    title: 'A walk with the practice',
    day: 1,
    status: 'scheduled',
    tags: ['team'],
    content: 'On Sunday at ten, whatever the weather.',
  },
  {
    title: 'Flu: what helps',
    day: 9,
    status: 'scheduled',
    tags: ['autumn'],
    content: 'Rest, water, and patience.',
  },
  { title: 'Notes on migraine', status: 'draft', tags: ['head'], content: 'To be written.' },
  {
    title: 'The old opening hours',
    day: -90,
    status: 'archived',
    tags: ['practice'],
    content: 'From nine to five.',
  },
].map((post, index) => ({
  id: id(POST, index + 1),
  author: index % 4 === 3 ? ADMIN : STAFF,
  slug: `${post.title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`,
  status: 'published',
  visibility: 'public',
  policy: 'open',
  html: `<p>${post.content}</p>`,
  plain: post.content,
  ...post,
}));

/** Of post, by whom, hours after it, in which state; `to` is the comment replied to. */
const COMMENTS = [
  { post: 1, by: MEMBER, hours: 5, text: 'And before breakfast, or after?' },
  { post: 1, by: STAFF, hours: 6, text: 'Before, or half an hour after.', to: 1 },
  { post: 1, by: member(1), hours: 30, text: 'Two minutes are longer than I thought.' },
  { post: 1, by: member(2), hours: 50, text: 'Buy cheap brushes at my shop!', status: 'spam' },
  { post: 2, by: MEMBER, hours: 3, text: 'Welcome, Noor!' },
  { post: 3, by: member(3), hours: 8, text: 'This helped me a lot.' },
  { post: 3, by: member(4), hours: 9, text: null, status: 'deleted' },
  { post: 3, by: member(1), hours: 12, text: 'I see it the other way round.', to: 7 },
  { post: 4, by: member(1), hours: 20, text: 'How long does it take?' },
  { post: 4, by: STAFF, hours: 21, text: 'About three quarters of an hour.', to: 9 },
  { post: 5, by: member(5), hours: 2, text: 'Do I need to bring anything?', status: 'pending' },
  { post: 5, by: member(6), hours: 4, text: 'Is this free of charge?', status: 'pending' },
  { post: 6, by: MEMBER, hours: 1, text: 'Which cream do you use?' },
  { post: 7, by: member(1), hours: 7, text: 'That was uncalled for.', status: 'hidden' },
  { post: 7, by: member(3), hours: 9, text: 'Works even for my children.' },
  { post: 9, by: MEMBER, hours: 2, text: 'Thank you!' },
  { post: 11, by: member(3), hours: 2, text: 'And on the 31st?' },
].map((comment, index) => ({ id: id(COMMENT, index + 1), status: 'approved', ...comment }));

function journal(now) {
  const at = (days, hours = 0) => new Date(now.getTime() + days * DAY_MS + hours * (DAY_MS / 24));
  const posts = POSTS.map(({ day, ...post }) => {
    const createdAt = at(Math.min(day ?? 0, 0) - 3);
    return { ...post, publishAt: day === undefined ? null : at(day), createdAt };
  });
  const comments = COMMENTS.map(({ post, hours, to, text, ...comment }) => ({
    ...comment,
    postId: id(POST, post),
    parentId: to === undefined ? null : id(COMMENT, to),
    text,
    html: text === null ? null : `<p>${text}</p>`,
    approved: !['pending', 'spam'].includes(comment.status),
    createdAt: at(POSTS[post - 1].day, hours),
  }));
  const trusted = [...new Set(comments.filter(({ approved }) => approved).map(({ by }) => by))];
  return {
    now,
    posts,
    comments,
    commenters: [...new Set(COMMENTS.map(({ by }) => by))].map((by) => ({
      by,
      trusted: trusted.includes(by),
    })),
    reports: [
      {
        id: id(REPORT, 1),
        commentId: id(COMMENT, 13),
        by: member(2),
        reason: 'Advertising?',
        createdAt: now,
      },
    ],
  };
}

/** One statement: all of it or nothing. */
const INSERT = `
  WITH data AS (SELECT $1::json AS j), slug AS (
    INSERT INTO post_slugs (slug, post_id)
    SELECT slug, id FROM data, json_to_recordset(j -> 'posts') AS p (id uuid, slug text)
    RETURNING slug
  ), post AS (
    INSERT INTO posts (id, author_id, slug, title, content, html, plain, html_version, tags, status, visibility,
      comment_policy, publish_at, revision, created_at, updated_at, version)
    SELECT id, author, p.slug, title, content, html, plain, 1, ARRAY(SELECT json_array_elements_text(tags)), status,
      visibility, policy, "publishAt", 1, "createdAt", "createdAt", 1
    FROM data, json_to_recordset(j -> 'posts') AS p (id uuid, author uuid, slug text, title text, content text, html text,
      plain text, tags json, status text, visibility text, policy text, "publishAt" timestamptz, "createdAt" timestamptz)
  ), revision AS (
    INSERT INTO post_revisions (post_id, number, title, content, tags, by_user_id, created_at)
    SELECT id, 1, title, content, ARRAY(SELECT json_array_elements_text(tags)), author, "createdAt"
    FROM data, json_to_recordset(j -> 'posts') AS p (id uuid, author uuid, title text, content text, tags json,
      "createdAt" timestamptz)
  ), comment AS (
    INSERT INTO comments (id, post_id, parent_id, author_id, comment, html, html_version, status, approved_at, created_at,
      updated_at, version)
    SELECT id, "postId", "parentId", by, text, html, 1, status, CASE WHEN approved THEN "createdAt" END, "createdAt",
      "createdAt", 1
    FROM data, json_to_recordset(j -> 'comments') AS c (id uuid, "postId" uuid, "parentId" uuid, by uuid, text text,
      html text, status text, approved boolean, "createdAt" timestamptz)
  ), commenter AS (
    INSERT INTO commenters (user_id, trusted_at)
    SELECT by, CASE WHEN trusted THEN (j ->> 'now')::timestamptz END
    FROM data, json_to_recordset(j -> 'commenters') AS c (by uuid, trusted boolean)
  )
  INSERT INTO comment_reports (id, comment_id, by_user_id, reason, created_at)
  SELECT id, "commentId", by, reason, "createdAt"
  FROM data, json_to_recordset(j -> 'reports') AS r (id uuid, "commentId" uuid, by uuid, reason text,
    "createdAt" timestamptz)
`;

// One query, so that it is one transaction whoever runs it, and `SET LOCAL` lasts to its end. Slugs outlive their posts
// but not the demo practice.
const DELETE = `
  SET LOCAL praxis.maintenance = 'on';
  DELETE FROM posts WHERE id::text LIKE '01999999-${POST}-%';
  DELETE FROM post_slugs WHERE post_id IS NULL AND slug = ANY (ARRAY[${POSTS.map(({ slug }) => `'${slug}'`).join(', ')}]);
  DELETE FROM commenters WHERE user_id::text LIKE '01999999-%';
  SET LOCAL praxis.maintenance = 'off';
`;

module.exports = {
  up: ({ sequelize }) => sequelize.query(INSERT, { bind: [JSON.stringify(journal(new Date()))] }),
  down: ({ sequelize }) => sequelize.query(DELETE),
};

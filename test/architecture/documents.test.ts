import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', ...file.split(path.sep))),
];

/** Targets of relative Markdown links, from the root of the repository. */
const linksOf = (document: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, target = '']) =>
    path.posix.join(path.posix.dirname(document), target),
  );

/** Paths in code spans that name one file or folder: no placeholder, no glob. */
const pathsOf = (text: string): string[] =>
  [...text.matchAll(/`((?:src|test|docs|scripts|migrations|openapi)\/[\w./-]*)`/g)].map(
    ([, file = '']) => file,
  );

describe('documents', () => {
  for (const document of DOCUMENTS)
    it(`${document} names files that exist`, () => {
      const text = readFileSync(document, 'utf8');
      expect(
        [...linksOf(document, text), ...pathsOf(text)].filter((file) => !existsSync(file)),
      ).to.deep.equal([]);
    });

  it('are read for links and for paths', () => {
    const text = 'See [a](x/a.md), [b](https://b.test), [c](#c) and `src/kernel/`, `src/<context>/`.';
    expect([linksOf('docs/page.md', text), pathsOf(text)]).to.deep.equal([['docs/x/a.md'], ['src/kernel/']]);
  });
});

/** A strict XML tree for tests: what is not well-formed is an error, and every name carries its namespace. */
import { SaxesParser } from 'saxes';

export interface Tree {
  /** `{namespace}local`, or `local` in no namespace. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Tree[];
  /** All text below. */
  readonly text: string;
}

interface Growing extends Tree {
  readonly children: Growing[];
  text: string;
}

/** @throws where the document is not well-formed, or a prefix is not declared */
export function parseStrictly(document: string): Tree {
  const parser = new SaxesParser({ xmlns: true });
  const root: Growing = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const element: Growing = {
      name: named(uri, local),
      attributes: Object.fromEntries(
        Object.values(attributes).map(({ uri: space, local: name, value }) => [named(space, name), value]),
      ),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed !== undefined && parent !== undefined) parent.text += closed.text;
  });
  const read = (text: string): void => {
    const current = open.at(-1);
    if (current !== undefined) current.text += text;
  };
  parser.on('text', read);
  parser.on('cdata', read);
  parser.write(document).close();
  const [top] = root.children;
  if (top === undefined) throw new Error('the document has no element');
  return top;
}

function named(uri: string, local: string): string {
  return uri === '' ? local : `{${uri}}${local}`;
}

export function childrenOf(parent: Tree, name: string): readonly Tree[] {
  return parent.children.filter((child) => child.name === name);
}

export function textOf(parent: Tree, name: string): string | undefined {
  return childrenOf(parent, name)[0]?.text;
}

/** Parts of css-tree that its types leave out. The whole of it also loads what CSS allows in each property, which nothing here asks. */
declare module 'css-tree/generator' {
  export { generate as default } from 'css-tree';
}
declare module 'css-tree/parser' {
  export { parse as default } from 'css-tree';
}
declare module 'css-tree/walker' {
  export { walk as default } from 'css-tree';
}

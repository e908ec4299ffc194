/**
 * Parts of css-tree that its types leave out. The full package also loads the syntax of every CSS property, which is
 * not used here.
 */
declare module 'css-tree/generator' {
  export { generate as default } from 'css-tree';
}
declare module 'css-tree/parser' {
  export { parse as default } from 'css-tree';
}
declare module 'css-tree/walker' {
  export { walk as default } from 'css-tree';
}

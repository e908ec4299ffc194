/** Dictionaries of OpenCC: pairs `from to`, divided by strokes. The package has no types for them. */
declare module 'opencc-js/dict/*' {
  const pairs: string;
  export default pairs;
}

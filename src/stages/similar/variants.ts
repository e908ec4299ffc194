/** Which simplified character corresponds to a traditional one, so that both scripts compare as one? */
import hongKong from 'opencc-js/dict/HKVariantsRev';
import taiwan from 'opencc-js/dict/TWVariantsRev';
import simplified from 'opencc-js/dict/TSCharacters';

/** By code unit; 0 if a character stands for itself. */
export const SIMPLIFIED: Uint16Array = tableOf();

/** Of several traditional characters that share a simplified one, and of their forms in Taiwan and Hong Kong. */
function tableOf(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (const [traditional, ordinary] of pairsOf(simplified)) table[traditional] = ordinary;
  for (const [regional, traditional] of [...pairsOf(hongKong), ...pairsOf(taiwan)])
    if (table[regional] === 0) table[regional] = table[traditional] || traditional;
  // The character that it stands for may itself be a variant of another.
  return table.map((to) => table[to] || to);
}

/** `traditional simplified|…`; pairs beyond the first plane are left out. */
function pairsOf(dictionary: string): readonly (readonly [number, number])[] {
  return dictionary.split('|').flatMap((pair) => {
    const [from = '', to = ''] = pair.split(' ');
    return from.length === 1 && to.length === 1 ? [[from.charCodeAt(0), to.charCodeAt(0)] as const] : [];
  });
}

/** Which language is a text in Latin letters written in? */

/** The most frequent words of each language; words that two languages share count for both. */
const WORDS: Readonly<Record<string, string>> = {
  en: 'the of and to in is that for it as was with be by on not he his but at are this have from or had an they which you were their what will would about when who can more out its has been into than how after your new we my',
  de: 'der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man wurde gegen vom können wenn ich wir',
  fr: 'de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux ou cette ses mais comme on tout nous sa fait été aussi leur bien peut ces deux elle être avait même sans après entre faire où vous à',
  es: 'de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez',
  pt: 'de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles são',
  it: 'di e il la che in un a è per una del non sono da con si le i dei al della come ma più nel alla ha o anche gli delle lo dal su questo ci tra mi suo era essere stato dopo se fra sua ai molto quando quello hanno loro nella prima due solo ad',
  nl: 'de het een van en in is dat op te zijn voor met die niet aan er om ook als dan maar bij uit nog naar door over ze hij werd wordt heeft meer wat deze zo kan geen worden dit tot was hebben al of je ik haar waar we veel tegen onder',
  sv: 'och i att det som en på är av för med den till inte har de ett om så men vi var jag kan från när ska han eller sig nu efter vid man mot också ut under år upp över vad mer där blir alla hade hon finns bara få nya ha sin',
  da: 'og i at det er en til af på for som med den de der ikke har et var fra om jeg kan så vi også men han efter skal sig vil blev være ud år eller ved når nu mere over hun mod blive bliver havde kun hvor meget mange disse min',
  nb: 'og i det er på en som til av at for med har de ikke den om et fra men jeg var seg vi så kan ble han etter også ved skal vil år ut nå eller når være opp over mot hun mer blir hadde bare noe alle sin andre dette',
  fi: 'ja on ei että oli se hän mutta ovat kun myös ole joka jos niin kuin tai voi sen mukaan jo sekä vain ollut nyt olla jälkeen mitä siitä hänen tämä kanssa vielä joka mukaan vuoden ne en olen sitä joita suomen tai olisi',
  pl: 'w i na z się do nie to że jest o jak za od po a przez są ale co dla ich tym oraz może być był już który tego przy jego tylko która było też które czy lub ze jeszcze będzie roku bardzo lat pod także więc',
  cs: 'a se v na je že to s z do o i ve jsem si za by ale jako pro jsou po od které který k podle však má bylo při než jeho až které také byl nebo už jen která co před mezi tak budou kde může roku řekl více',
  hu: 'a az és hogy nem is egy ez volt meg már csak de van ha azt még el mint kell ki után sem lesz be vagy mert szerint ami lehet aki le nagy pedig most minden majd azonban között magyar ennek fel több itt',
  ro: 'de în și a la cu pe nu din să că o care pentru un este au mai ce s-a fi sunt al fost dar acest prin după lui sau ca se le ale ei până când am astfel numai între doar fără această foarte tot despre',
  tr: 've bir bu için de da ile olarak çok olan daha gibi en ne kadar sonra var ama o olduğu ki değil her yeni ise göre mi diye olduğunu tarafından iki veya sadece büyük ya hem önce ancak kendi ilk zaman oldu ilgili',
  id: 'yang dan di dengan untuk dari pada ini itu dalam tidak akan ke adalah juga oleh ada sebagai dapat telah bisa atau karena saat para tahun mereka lebih kata sudah bahwa seperti kepada ia kami saya menjadi tersebut hari',
  vi: 'và của là có được cho không một những các trong với người này đã để khi đến từ ra về như cũng nhiều tại năm vào sẽ theo trên còn phải nhưng sau làm ông lại hơn thì',
  ca: 'de la i el que a en els les per un del amb una és no al dels es ha més com van són va però seva seu també aquest o sobre ser entre aquesta fins molt quan anys perquè l des han pel ja',
  hr: 'i u je na se da su za od s što a kao koji o će nije iz bi sam to koja do godine ili samo ali nakon te prema biti bila još kako jer već koje bio sve kada može',
};

/** Letters that count more than a word. */
const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/[ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/g, 'vi'],
  [/[ğışİ]/g, 'tr'],
  [/[łąężśćń]/g, 'pl'],
  [/[řěůďťň]/g, 'cs'],
  [/[őű]/g, 'hu'],
  [/[țșăţş]/g, 'ro'],
  [/ß|[äö]/g, 'de'],
  [/[ãõ]/g, 'pt'],
  [/[ñ¿¡]/g, 'es'],
  [/œ|[çêè]/g, 'fr'],
  [/[òìù]/g, 'it'],
];

const MIN_WORDS = 4;
const MIN_HITS = 2;
const MIN_SHARE = 0.15;
/** The best score must be this many times the second best. */
const LEAD = 1.3;

let languagesOfWord: ReadonlyMap<string, readonly string[]> | undefined;

function lexicon(): ReadonlyMap<string, readonly string[]> {
  if (languagesOfWord === undefined) {
    const map = new Map<string, string[]>();
    for (const [language, words] of Object.entries(WORDS)) {
      for (const word of new Set(words.split(' '))) {
        const known = map.get(word);
        if (known === undefined) map.set(word, [language]);
        else known.push(language);
      }
    }
    languagesOfWord = map;
  }
  return languagesOfWord;
}

/** Undefined unless one language is clearly ahead. */
export function latinLanguage(text: string): string | undefined {
  const lower = text.toLowerCase();
  const words = lower.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  if (words.length < MIN_WORDS) return undefined;
  const scores = new Map<string, number>();
  let hits = 0;
  for (const word of words) {
    const languages = lexicon().get(word);
    if (languages === undefined) continue;
    hits++;
    // A word that many languages have counts little for each.
    for (const language of languages) scores.set(language, (scores.get(language) ?? 0) + 1 / languages.length);
  }
  for (const [letters, language] of isAscii(lower) ? [] : LETTERS) {
    const found = lower.match(letters)?.length ?? 0;
    if (found > 0) scores.set(language, (scores.get(language) ?? 0) + Math.min(found, words.length / 4) * 0.5);
  }
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  const [best, second] = ranked;
  if (best === undefined || hits < MIN_HITS || hits < MIN_SHARE * words.length) return undefined;
  return best[1] >= 1.2 && best[1] >= LEAD * (second?.[1] ?? 0) ? best[0] : undefined;
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

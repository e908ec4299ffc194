/** Is the language recognised by the letters, and none returned if they do not show it? */
import { describe, expect, it } from 'vitest';
import { guessLanguage } from '../../../src/syntax/text/language.ts';

describe('guessLanguage', () => {
  it.each([
    ['zh', '新华社北京12月24日电 中国经济持续增长'],
    ['zh', '苹果发布 iPhone 15 Pro Max 售价不变'],
    ['zh', '中華民國經濟持續成長，台灣股市收紅'],
    ['zh', '优衣库「の」字招牌走红网络，年轻人纷纷打卡'],
    ['ja', '東京で雪が降りました'],
    ['ja', 'トヨタ、新型EVを発表'],
    ['ko', '서울에서 열린 정상회담'],
    ['ko', '北, 미사일 발사… 합참 "대비태세 유지"'],
    ['ru', 'Сегодня в Москве прошёл первый снег, и это был праздник'],
    ['uk', 'Сьогодні в Києві відбулася зустріч міністрів'],
    ['bg', 'Първият сняг падна в София и градът се събуди под бяла покривка'],
    ['sr', 'Председник је изјавио да ће Београд бити домаћин'],
    ['be', 'Сёння ў Мінску адбылася сустрэча'],
    ['el', 'Η κυβέρνηση ανακοίνωσε νέα μέτρα'],
    ['he', 'ראש הממשלה נפגש עם שר החוץ'],
    ['ar', 'أعلن رئيس الوزراء عن خطة جديدة للاقتصاد'],
    ['fa', 'رئیس جمهور ایران گفت که این کشور پیشرفت کرده است'],
    ['ur', 'وزیر اعظم نے کہا ہے کہ پاکستان میں ترقی ہوئی ہے'],
    ['th', 'นายกรัฐมนตรีแถลงข่าววันนี้'],
    ['hi', 'प्रधानमंत्री ने आज नई योजना की घोषणा की'],
    ['ta', 'பிரதமர் இன்று புதிய திட்டத்தை அறிவித்தார்'],
    ['ka', 'საქართველოს პრემიერ მინისტრი'],
    ['en', 'The president of the company said that it will not be sold'],
    ['de', 'Die Regierung hat am Freitag ein neues Gesetz für die Wirtschaft beschlossen'],
    ['fr', 'Le gouvernement a annoncé de nouvelles mesures pour les entreprises'],
    ['es', 'El gobierno anunció nuevas medidas para las empresas del país'],
    ['pt', 'O governo anunciou novas medidas para as empresas, mas não disse quando'],
    ['it', 'Il governo ha annunciato nuove misure per le imprese che sono in crisi'],
    ['nl', 'De regering heeft nieuwe maatregelen voor het bedrijfsleven aangekondigd'],
    ['sv', 'Regeringen har presenterat nya åtgärder för att stödja företag som är i kris'],
    ['pl', 'Rząd ogłosił nowe środki dla przedsiębiorstw, które są w kryzysie'],
    ['cs', 'Vláda oznámila nová opatření pro podniky, které jsou v krizi'],
    ['hu', 'A kormány új intézkedéseket jelentett be, hogy segítsen az embereknek'],
    ['ro', 'Guvernul a anunțat măsuri noi pentru companiile care sunt în criză'],
    ['tr', 'Hükümet şirketler için yeni önlemler açıkladı ve bu çok önemli'],
    ['fi', 'Hallitus ilmoitti uusista toimista, mutta se ei ole vielä kertonut niistä'],
    ['vi', 'Chính phủ đã công bố các biện pháp mới cho doanh nghiệp'],
    ['id', 'Pemerintah mengumumkan langkah baru untuk perusahaan yang ada di dalam negeri'],
  ])('hears %s in: %s', (language, text) => {
    expect(guessLanguage(text)).toBe(language);
  });

  it.each([
    ['nothing', ''],
    ['digits and signs', '2021-12-24 08:30 — 100 %'],
    ['a name', 'iPhone 15 Pro Max'],
    ['one letter', '中'],
    ['a list of brands', 'Sony Nikon Canon Fujifilm Leica Hasselblad'],
    ['words of many languages', 'Paris Berlin Madrid Roma Lisboa Wien'],
    ['two languages in equal parts', 'Привет всем друзья мои hello to all my friends here'],
  ])('tells nothing from %s', (_title, text) => {
    expect(guessLanguage(text)).toBeUndefined();
  });

  it('judges a long text by its beginning, in time', () => {
    expect(guessLanguage('新闻'.repeat(5_000_000))).toBe('zh');
  });
});

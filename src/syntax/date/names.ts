/** Which month or weekday does a word name, in the languages of feeds? */

/** Twelve months for each language, forms separated by a space, as `nameKey` writes them. A form is listed once, with its first language. */
const MONTHS: readonly string[] = [
  // en
  'january jan janu|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec',
  // de
  'januar janner jaenner|februar feber|marz maerz mrz|april|mai|juni|juli|||oktober okt||dezember dez',
  // fr
  'janvier janv|fevrier fevr fevier|mars|avril avr||juin|juillet juil juill|aout|septembre|octobre|novembre|decembre',
  // es
  'enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre setiembre|octubre|noviembre|diciembre dic',
  // pt
  'janeiro|fevereiro fev|marco||maio|junho|julho||setembro set|outubro out|novembro|dezembro',
  // it
  'gennaio gen genn|febbraio febb||aprile|maggio mag magg|giugno giu|luglio lug||settembre sett|ottobre ott||dicembre',
  // nl
  'januari|februari|maart mrt|||||augustus||||',
  // nl
  '||||mei|||||||',
  // sv
  '||||maj|||augusti||||',
  // da
  '||marts|||||||||',
  // nb
  '|||||||||||desember des',
  // fi
  'tammikuu tammikuuta tammi|helmikuu helmikuuta helmi|maaliskuu maaliskuuta maalis|huhtikuu huhtikuuta huhti|toukokuu toukokuuta touko|kesakuu kesakuuta kesa|heinakuu heinakuuta heina|elokuu elokuuta elo|syyskuu syyskuuta syys|lokakuu lokakuuta loka|marraskuu marraskuuta marras|joulukuu joulukuuta joulu',
  // is
  '|||||||agust agu||||',
  // ru
  'январь января янв|февраль февраля февр фев|март марта мар|апрель апреля апр|маи мая|июнь июня июн|июль июля июл|август августа авг|сентябрь сентября сент сен|октябрь октября окт|ноябрь ноября нояб ноя|декабрь декабря дек',
  // uk
  'січень січня січ|лютии лютого лют|березень березня бер|квітень квітня квіт кві|травень травня трав тра|червень червня черв чер|липень липня лип|серпень серпня серп сер|вересень вересня вер|жовтень жовтня жовт жов|листопад листопада лист лис|грудень грудня груд гру',
  // be
  'студзень студзеня сту|люты лютага|сакавік сакавіка сак|красавік красавіка кра||чэрвень чэрвеня чэр|ліпень ліпеня ліп|жнівень жніуня жні|верасень верасня|кастрычнік кастрычніка кас|лістапад лістапада ліс|снежань снежня сне',
  // bg
  'януари яну|февруари|||маи|юни|юли||септември септ сеп|октомври|ноември|декември',
  // sr
  'јануар јан|фебруар феб|||мај|јун|јул||септембар|октобар|новембар нов|децембар дец',
  // mk
  'јануари|||||јуни|јули||||ное|',
  // pl
  'styczen stycznia sty|luty lutego lut|marzec marca|kwiecien kwietnia kwi|maja|czerwiec czerwca cze|lipiec lipca lip|sierpien sierpnia sie|wrzesien wrzesnia wrz|pazdziernik pazdziernika paz|listopad listopada lis|grudzien grudnia gru',
  // cs
  'leden ledna led|unor unora uno|brezen brezna bre|duben dubna dub|kveten kvetna kve|cerven cervna cvn|cervenec cervence cvc|srpen srpna srp|zari zar|rijen rijna rij|listopadu|prosinec prosince pro',
  // sk
  'januara|februara|marec|aprila|maji|juna|jula|augusta|septembra|oktobra|novembra|decembra',
  // hr
  'sijecanj sijecnja sij|veljaca veljace velj|ozujak ozujka ozu|travanj travnja tra|svibanj svibnja svi|lipanj lipnja|srpanj srpnja|kolovoz kolovoza kol|rujan rujna ruj||studeni studenoga stu|prosinca',
  // sl
  '|||||junij|julij|avgust avg||||',
  // sr
  '||mart||||||septembar|oktobar|novembar|decembar',
  // hu
  '||marcius marc|aprilis|majus|junius|julius|augusztus|szeptember szept|||',
  // ro
  'ianuarie ian|februarie|martie|aprilie||iunie iun|iulie iul||septembrie|octombrie oct|noiembrie noi|decembrie',
  // el
  'ιανουαριου ιανουαριος ιαν|φεβρουαριου φεβρουαριος φεβ|μαρτιου μαρτιος μαρ|απριλιου απριλιος απρ|μαιου μαιος μαι|ιουνιου ιουνιος ιουν|ιουλιου ιουλιος ιουλ|αυγουστου αυγουστος αυγ|σεπτεμβριου σεπτεμβριος σεπ σεπτ|οκτωβριου οκτωβριος οκτ|νοεμβριου νοεμβριος νοε|δεκεμβριου δεκεμβριος δεκ',
  // tr
  'ocak oca|subat sub||nisan nis|mayis|haziran haz|temmuz tem|agustos|eylul eyl|ekim eki|kasim kas|aralik ara',
  // az
  'yanvar yan|fevral||aprel||iyun iyn|iyul iyl|avqust avq|sentyabr|oktyabr|noyabr noy|dekabr dek',
  // et
  'jaanuar jaan|veebruar veebr||aprill||juuni|juuli|||oktoober||detsember dets',
  // lv
  'janvaris|februaris|||maijs|junijs|julijs|augusts|septembris|oktobris|novembris|decembris',
  // lt
  'sausis sausio|vasaris vasario|kovas kovo|balandis balandzio|geguze geguzes|birzelis birzelio|liepa liepos|rugpjutis rugpjucio|rugsejis rugsejo|spalis spalio|lapkritis lapkricio|gruodis gruodzio',
  // ca
  'gener|febrer|||maig|juny|juliol|agost|setembre|||desembre',
  // gl
  'xaneiro xan|febreiro||||xuno|xullo xul|||||decembro',
  // id
  '||maret|||||agustus agt||||',
  // af
  'januarie|||||junie|julie|||||',
  // ar
  'يناير|فبراير|مارس|أبريل إبريل ابريل|مايو|يونيو|يوليو|أغسطس اغسطس|سبتمبر|أكتوبر اكتوبر|نوفمبر|ديسمبر',
  // ar
  '|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|||',
  // ar
  'جانفي|فيفري||أفريل|ماي|جوان|يوليوز جويلية|غشت أوت|شتنبر||نونبر|دجنبر',
  // he
  'ינואר ינו|פברואר פבר|מרץ|אפריל אפר|מאי|יוני|יולי|אוגוסט אוג|ספטמבר ספט|אוקטובר אוק|נובמבר נוב|דצמבר דצמ',
  // hi
  'जनवरी जन|फ़रवरी फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर सितम्बर|अक्टूबर अक्तूबर|नवंबर नवम्बर|दिसंबर दिसम्बर',
  // th
  'มกราคม มค|กุมภาพันธ์ กพ|มีนาคม มีค|เมษายน เมย|พฤษภาคม พค|มิถุนายน มิย|กรกฎาคม กค|สิงหาคม สค|กันยายน กย|ตุลาคม ตค|พฤศจิกายน พย|ธันวาคม ธค',
  // ka
  'იანვარი იან|თებერვალი თებ|მარტი მარ|აპრილი აპრ|მაისი მაი|ივნისი ივნ|ივლისი ივლ|აგვისტო აგვ|სექტემბერი სექ|ოქტომბერი ოქტ|ნოემბერი ნოე|დეკემბერი დეკ',
  // hy
  'հունվար հունվարի հնվ|փետրվար փետրվարի փտվ|մարտ մարտի մրտ|ապրիլ ապրիլի ապր|մայիս մայիսի մյս|հունիս հունիսի հնս|հուլիս հուլիսի հլս|օգոստոս օգոստոսի օգս|սեպտեմբեր սեպտեմբերի սեպ|հոկտեմբեր հոկտեմբերի հոկ|նոյեմբեր նոյեմբերի նոյ|դեկտեմբեր դեկտեմբերի դեկ',
];

/** Words that mean another month in this language than in those above. */
const LOCAL_MONTHS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  hr: { lip: 6, srp: 7, listopad: 10, listopada: 10, lis: 10 },
  bs: { lip: 6, srp: 7, listopad: 10, listopada: 10, lis: 10 },
};

/** Sunday first. */
const WEEKDAYS: readonly string[] = [
  'sunday sun|monday mon|tuesday tue tues|wednesday wed weds wednes|thursday thu thur thurs|friday fri|saturday sat satur',
  'sonntag so|montag mo|dienstag di|mittwoch mi|donnerstag do|freitag fr|samstag sa sonnabend',
  'dimanche dim|lundi lun|mardi mar|mercredi mer|jeudi jeu|vendredi ven|samedi sam',
  'domingo dom|lunes|martes|miercoles mie|jueves jue|viernes vie|sabado sab',
  '|segunda-feira seg segunda|terca-feira ter terca|quarta-feira qua quarta|quinta-feira qui quinta|sexta-feira sex sexta|',
  'domenica|lunedi|martedi|mercoledi|giovedi gio|venerdi|sabato',
  'zondag zo|maandag ma|dinsdag|woensdag wo|donderdag|vrijdag vr|zaterdag za',
  'sondag son|mandag man|tisdag tis|onsdag ons|torsdag tors|fredag fre|lordag lor',
  '||tirsdag tirs tir|||||',
  'sunnuntai sunnuntaina su|maanantai maanantaina|tiistai tiistaina ti|keskiviikko keskiviikkona ke|torstai torstaina|perjantai perjantaina pe|lauantai lauantaina la',
  'sunnudagur|manudagur|þridjudagur þri|midvikudagur mid|fimmtudagur fim|fostudagur fos|laugardagur lau',
  'воскресенье вс|понедельник пн|вторник вт|среда ср|четверг чт|пятница пт|суббота сб',
  'неділя нд|понеділок|вівторок|середа|четвер|пʼятниця п`ятниця|субота',
  'нядзеля|панядзелак|ауторак ау|серада|чацвер чц|пятніца|',
  'неделя|понеделник||сряда|четвъртък|петък|събота',
  'недеља нед|понедељак пон|уторак уто|сре|четвртак чет|петак пет|суб',
  'niedziela niedz|poniedzialek pon|wtorek wt|sroda sr|czwartek czw|piatek pt|sobota sob',
  'nedele ne|pondeli po|utery ut|streda st|ctvrtek ct|patek pa|',
  'nedela|pondelok|utorok||stvrtok|piatok pi|',
  'nedjelja ned|ponedjeljak|utorak uto|srijeda sri|cetvrtak cet|petak pet|subota sub',
  'nedelja|ponedeljek|torek|sreda sre|cetrtek|petek|',
  'vasarnap|hetfo|kedd|szerda sze|csutortok|pentek|szombat szo',
  'duminica dum|luni|marti|miercuri|joi|vineri vin|sambata',
  'κυριακη κυρ|δευτερα δευ|τριτη τρι|τεταρτη τετ|πεμπτη πεμ|παρασκευη παρ|σαββατο σαβ',
  'pazar|pazartesi pzt|sali sal|carsamba car|persembe per|cuma cum|cumartesi cmt',
  'puhapaev|esmaspaev|teisipaev|kolmapaev|neljapaev|reede|laupaev',
  'svetdiena svetd|pirmdiena pirmd|otrdiena otrd|tresdiena tresd|ceturtdiena ceturtd|piektdiena piektd|sestdiena sestd',
  'sekmadienis|pirmadienis|antradienis|treciadienis|ketvirtadienis|penktadienis|sestadienis',
  'diumenge|dilluns|dimarts|dimecres|dijous|divendres|dissabte',
  'minggu min|senin sen|selasa sel|rabu rab|kamis kam|jumat jum|sabtu',
  'الأحد|الاثنين الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت',
  'रविवार|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार',
  'วันอาทิตย์ อาทิตย์|วันจันทร์ จันทร์|วันอังคาร อังคาร|วันพุธ พุธ|วันพฤหัสบดี พฤหัส พฤหัสบดี|วันศุกร์ ศุกร์|วันเสาร์ เสาร์',
  '星期日 星期天 周日 周天 週日 礼拜天 礼拜日 禮拜天 禮拜日 日曜日 日曜 일요일|星期一 周一 週一 礼拜一 禮拜一 月曜日 月曜 월요일|' +
    '星期二 周二 週二 礼拜二 禮拜二 火曜日 火曜 화요일|星期三 周三 週三 礼拜三 禮拜三 水曜日 水曜 수요일|' +
    '星期四 周四 週四 礼拜四 禮拜四 木曜日 木曜 목요일|星期五 周五 週五 礼拜五 禮拜五 金曜日 金曜 금요일|' +
    '星期六 周六 週六 礼拜六 禮拜六 土曜日 土曜 토요일',
];

/** Letters that Unicode decomposition keeps, with the ASCII letters that people type instead. */
const PLAIN: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', ø: 'o', đ: 'd', ð: 'd', æ: 'ae', ß: 'ss' };

/** A word in the form of the tables: lower case, without accents, full stop and apostrophe. */
export function nameKey(word: string): string {
  if (/^[a-z]+$/.test(word)) return word;
  return word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f.'’׳`]/g, '')
    .replace(/[ıłøđðæß]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFKC');
}

function tableOf(lists: readonly string[], first: number): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const list of lists) {
    for (const [index, forms] of list.split('|').entries()) {
      for (const form of forms.split(' ')) {
        const key = nameKey(form);
        if (key !== '' && !table.has(key)) table.set(key, index + first);
      }
    }
  }
  return table;
}

let months: ReadonlyMap<string, number> | undefined;
let weekdays: ReadonlyMap<string, number> | undefined;

/** 1 to 12. */
export function monthOf(key: string, language?: string): number | undefined {
  months ??= tableOf(MONTHS, 1);
  const local = LOCAL_MONTHS[language?.slice(0, 2).toLowerCase() ?? ''];
  return local !== undefined && Object.hasOwn(local, key) ? local[key] : months.get(key);
}

/** 0 = Sunday. */
export function weekdayNamed(key: string): number | undefined {
  weekdays ??= tableOf(WEEKDAYS, 0);
  return weekdays.get(key);
}

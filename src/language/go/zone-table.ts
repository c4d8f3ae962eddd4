/**
 * Time zones: names, rules and abbreviations, taken from the compiled tz database 2025c that Go 1.26 ships (public domain).
 *
 * One line a zone: ` NAMES |RULE|SINCE|ERA|ERA...`. RULE is the POSIX rule in force since SINCE; before it, eras from the
 * newest back, each `START:OFFSET=ABBREVIATION,...` (`!` for `=` where it is daylight saving time). Instants are seconds since
 * 1970 and offsets seconds east of Greenwich, both in base 36; an empty instant means since ever.
 */
export const zoneTable = `
 Africa/Abidjan Africa/Timbuktu Iceland |GMT0|-u9rgl4|:-qw=LMT
 Africa/Accra |GMT0|-7b2960|-cio420:1e0!+0030,0=GMT|:1e0=+0030,0=GMT,xc!+0020,-1g=LMT
 Africa/Addis_Ababa |EAT-3|-hkev6w|:76w=ADMT,760=LMT
 Africa/Algiers |CET-1|5wuyo0|54et80:0=WET,2s0!WEST|42lp80:2s0=CET,5k0!CEST|-3i8is0:2s0!WEST,0=WET|-fpw800:2s0=CET,0=WET,5k0!CEST|:2s0!WEST,0=WET,fl=PMT,kc=LMT
 Africa/Asmara |EAT-3|-hkev6w|-1g6t8j8:76w=ADMT,778=AMT|:778=LMT
 Africa/Asmera Africa/Nairobi |EAT-3|-eb6ib0|:7n0=+0245,6y0=+0230,8c0=EAT,6tg=LMT
 Africa/Bamako |GMT0|-4z42k0|:-2s0=-01,0=GMT,-1hc=LMT
 Africa/Bangui |WAT-1|-u9rkrw|:3fw=LMT
 Africa/Banjul |GMT0|-ekhek0|-u9re90:-2s0=-01,-330=BMT|:-330=LMT
 Africa/Bissau |GMT0|2lxk40|:-2s0=-01,-2vw=LMT
 Africa/Blantyre |CAT-2|-n86170|:6j0=ZMT,6ja=ZMT,6hc=LMT
 Africa/Brazzaville |WAT-1|-u9rk5w|:2tw=LMT
 Africa/Bujumbura |CAT-2|-15r1ers|:5fs=LMT
 Africa/Cairo Egypt |EET-2EEST,M4.5.5/0,M10.5.4/24|rtsns0|:5k0=EET,8c0!EEST,5sl=LMT
 Africa/Casablanca |<+01>-1|1p8xxk0|phadk0:0!+00,2s0=+01|8cm580:2s0!+01,0=+00|4hd6k0:2s0=+01,0=+00|:2s0!+01,0=+00,-1ek=LMT
 Africa/Ceuta |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|4hd6k0:2s0=CET,5k0!CEST,0=WET|:2s0!WEST,0=WET,-zg=LMT
 Africa/Conakry |GMT0|-57wqk0|:-2s0=-01,0=GMT,-2jg=LMT
 Africa/Dakar |GMT0|-ex33w0|:-2s0=-01,-388=LMT
 Africa/Dar_es_Salaam |EAT-3|-4p38z0|:7n0=+0245,8c0=EAT,79w=LMT
 Africa/Djibouti |EAT-3|-uj8fzo|:7zo=LMT
 Africa/Douala |WAT-1|-u9rj4o|:1so=LMT
 Africa/El_Aaiun |<+01>-1|1p8xxk0|phadk0:0!+00,2s0=+01|:2s0!+01,0=+00,-2s0=-01,-2g0=LMT
 Africa/Freetown |GMT0|-end3w0|-19xcavo:-2s0=-01,-1uo!-0040,-2gc=FMT|:-2gc=LMT
 Africa/Gaborone |CAT-2|-dgio40|:8c0!CAST,5k0=CAT,460=SAST,4ss=LMT
 Africa/Harare |CAT-2|-yvtf30|:5r0=LMT
 Africa/Johannesburg |SAST-2|-dgio40|:8c0!SAST,5k0=SAST,460=SAST,56o=LMT
 Africa/Juba |CAT-2|qnth00|88ljo0:8c0=EAT,5k0=CAT|:8c0!CAST,5k0=CAT,5us=LMT
 Africa/Kampala |EAT-3|-6s8sz0|:7n0=+0245,6y0=+0230,8c0=EAT,604=LMT
 Africa/Khartoum |CAT-2|oyph00|88ljo0:8c0=EAT,5k0=CAT|:8c0!CAST,5k0=CAT,60w=LMT
 Africa/Kigali |CAT-2|-i1ulkg|:5kg=LMT
 Africa/Kinshasa |WAT-1|-11ngdi0|:2u0=LMT
 Africa/Lagos |WAT-1|-q9qc20|:1e0=+0030,mn=LMT,0=GMT
 Africa/Libreville |WAT-1|-u9rj30|:1r0=LMT
 Africa/Lome |GMT0|-146nmw4|:84=LMT
 Africa/Luanda |WAT-1|-u9rk40|:2es=LMT,2g8=LMT
 Africa/Lubumbashi |CAT-2|-pxjhg0|:2s0=WAT,534=LMT
 Africa/Lusaka |CAT-2|-yvtekk|:58k=LMT
 Africa/Malabo |WAT-1|-35mqo0|:0=GMT,1mk=LMT
 Africa/Maputo |CAT-2|-vu3fd6|:616=LMT
 Africa/Maseru |SAST-2|-dgio40|:8c0!SAST,5k0=SAST,53c=LMT
 Africa/Mbabane |SAST-2|-yvtf3c|:5rc=LMT
 Africa/Mogadishu |EAT-3|-6s8sa0|:6y0=+0230,8c0=EAT,8eg=LMT
 Africa/Monrovia |GMT0|11v0q6|-19xcbc4:-226=MMT,-1zw=MMT|:-1zw=LMT
 Africa/Ndjamena |WAT-1|5bavs0|:5k0!WAST,2s0=WAT,2sc=LMT
 Africa/Niamey |WAT-1|-57wtc0|:0=GMT,-2s0=-01,e4=LMT
 Africa/Nouakchott |GMT0|-4qtx80|:-2s0=-01,0=GMT,-2yc=LMT
 Africa/Ouagadougou |GMT0|-u9rh1w|:-a4=LMT
 Africa/Porto-Novo |WAT-1|-ipiao0|:0=GMT,hg=LMT
 Africa/Sao_Tome |GMT0|pkmo40|:2s0=WAT,0=GMT,-1p9=LMT,18w=LMT
 Africa/Tripoli Libya |EET-2|mv76o0|md8w00:5k0!CEST,2s0=CET|ehhx40:5k0=EET|dyil40:5k0!CEST,2s0=CET|ab1940:5k0=EET,2s0=CET|69gig0:5k0!CEST,2s0=CET|-7b2iw0:5k0=EET,2s0=CET|:5k0!CEST,2s0=CET,2fw=LMT
 Africa/Tunis |CET-1|k9bms0|:5k0!CEST,2s0=CET,fl=PMT,1vw=LMT
 Africa/Windhoek |CAT-2|ovois0|ajtx40:2s0!WAT,5k0=CAT|:5k0=SAST,8c0!SAST,460=+0130,360=LMT
 America/Adak America/Atka US/Aleutian |HST10HDT,M3.2.0,M11.1.0|jeqmo0|79e140:-rs0=HST,-p00!HDT|77ss00:-rs0=AHST|-1fq440:-rs0!BDT,-uk0=BST|-cq2tg0:-uk0=NST,-rs0!NPT|:-rs0!NWT,-uk0=NST,-wpq=LMT,xya=LMT
 America/Anchorage US/Alaska |AKST9AKDT,M3.2.0,M11.1.0|jeqjw0|79dyc0:-p00=AKST,-m80!AKDT|77sp80:-p00=YST|-1fq6w0:-p00!AHDT,-rs0=AHST|-cq2tg0:-rs0=AST,-p00!APT|:-p00!AWT,-rs0=AST,-rrc=LMT,12wo=LMT
 America/Anguilla |AST4|-u6m6zk|:-bog=LMT
 America/Antigua |AST4|-9wzgs0|:-dw0=EST,-bg0=LMT
 America/Araguaina |<-03>3|micdk0|:-5k0!-02,-8c0=-03,-8xc=LMT
 America/Argentina/Buenos_Aires America/Buenos_Aires |<-03>3|kgiyw0|fqtsc0:-5k0!-02,-8c0=-03|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-ato=LMT
 America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Catamarca |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-c6k=LMT
 America/Argentina/Cordoba America/Cordoba America/Rosario |<-03>3|kgiyw0|fqtsc0:-5k0!-02,-8c0=-03|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|-138a9g0:-8c0!-03,-b40=-04,-bw0=CMT|:-bw0=LMT
 America/Argentina/Jujuy America/Jujuy |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03|fj0b00:-8c0!-03|b2eto0:-8c0=-03,-5k0!-02,-b40=-04|abrkc0:-8c0!-03,-b40=-04,-5k0!-02|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-c3c=LMT
 America/Argentina/La_Rioja |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-cdo=LMT
 America/Argentina/Mendoza America/Mendoza |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|bkez00:-8c0=-03,-5k0!-02,-b40=-04|abrkc0:-8c0!-03,-b40=-04,-5k0!-02|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-cqs=LMT
 America/Argentina/Rio_Gallegos |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-ctg=LMT
 America/Argentina/Salta |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-c44=LMT
 America/Argentina/San_Juan |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-cos=LMT
 America/Argentina/San_Luis |<-03>3|krc0g0|jtudo0:-b40=-04,-8c0!-03,-5k0!-02|fqtsc0:-8c0=-03,-b40=-04|fj0b00:-8c0!-03|b1l700:-8c0=-03,-b40=-04|abrkc0:-8c0!-03,-b40=-04,-5k0!-02|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-cac=LMT
 America/Argentina/Tucuman |<-03>3|kgiyw0|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-c2s=LMT
 America/Argentina/Ushuaia |<-03>3|jxsw80|fqtsc0:-5k0!-02,-8c0=-03,-b40=-04|fj0b00:-8c0!-03|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,-bw0=CMT,-cnc=LMT
 America/Aruba |AST4|-2lx4u0|:-ci0=-0430,-czc=LMT
 America/Asuncion |<-03>3|sldn00|27sgc0:-8c0!-03,-b40=-04|-15r0ynk:-8c0=-03,-b40=-04,-aog=AMT|:-aog=LMT
 America/Atikokan |EST5|-cnp0k0|-cq2tg0:-dw0!CPT|-ek21s0:-dw0!CWT|:-dw0!CDT,-go0=CST,-gys=LMT
 America/Bahia |<-03>3|lzz9k0|:-5k0!-02,-8c0=-03,-74s=LMT
 America/Bahia_Banderas |CST6|rkk0s0|ks28w0:-dw0!CDT,-go0=CST,-jg0=MST|-eg9600:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-jho=LMT
 America/Barbados |AST4|5lnn80|:-8c0!ADT,-b40=AST,-9q0!-0330,-b1h=LMT
 America/Belem |<-03>3|9g2qw0|:-5k0!-02,-8c0=-03,-8z8=LMT
 America/Belize |CST6|6uer80|-cjqks0:-dw0!CDT,-go0=CST,-fa0!-0530|-cq2tg0:-dw0!CPT|:-dw0!CWT,-go0=CST,-fa0!-0530,-gc0=LMT
 America/Blanc-Sablon |AST4|-cnp640|-cq2tg0:-8c0!APT|-qpm4s0:-8c0!AWT,-b40=AST|:-8c0!ADT,-b40=AST,-aks=LMT
 America/Boa_Vista |<-04>4|g2gb00|:-8c0!-03,-b40=-04,-b8g=LMT
 America/Bogota |<-05>5|c228g0|-18s2sy8:-b40!-04,-dw0=-05,-dps=BMT|:-dps=LMT
 America/Boise |MST7MDT,M3.2.0,M11.1.0|jeqec0|-cnoxs0:-jg0=MST,-go0!MDT|-cq2tg0:-go0!MPT|-q6vr00:-go0!MWT,-jg0=MST,-m80=PST|:-jg0!PDT,-m80=PST,-lip=LMT
 America/Cambridge_Bay |MST7MDT,M3.2.0,M11.1.0|jeqec0|gb3vo0:-jg0=MST,-go0!MDT|g36jg0:-go0=CST,-dw0=EST|fkgjk0:-dw0!CDT,-go0=CST|-cnoxs0:-go0!MDT,-jg0=MST|-cq2tg0:-go0!MPT|:-go0!MWT,-jg0=MST,0=-00
 America/Campo_Grande |<-04>4|pn1v00|:-8c0!-03,-b40=-04,-a44=LMT
 America/Cancun |EST5|nj3280|eqxi40:-go0=CST,-dw0!CDT,-b40!EDT|eincs0:-dw0=EST|6sej80:-dw0!CDT,-go0=CST|:-dw0=EST,-go0=CST,-g2g=LMT
 America/Caracas |<-04>4|o6hks0|:-ci0=-0430,-b40=-04,-ce4=CMT,-ce8=LMT
 America/Cayenne |<-03>3|-16brk0|:-b40=-04,-9ow=LMT
 America/Cayman |EST5|-u85og2|:-e7y=KMT,-f2k=LMT
 America/Chicago CST6CDT US/Central |CST6CDT,M3.2.0,M11.1.0|jeqbk0|-cnp0k0:-go0=CST,-dw0!CDT|-cq2tg0:-dw0!CPT|-eqy9w0:-dw0!CWT,-go0=CST|-haev80:-dw0!CDT,-go0=CST|-hvnok0:-dw0=EST,-go0=CST|:-dw0!CDT,-go0=CST,-g8c=LMT
 America/Chihuahua |CST6|rkk3k0|eqxno0:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-dw0!CDT,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-jn8=LMT
 America/Ciudad_Juarez |MST7MDT,M3.2.0,M11.1.0|rm5co0|rkk3k0:-go0=CST|eqxno0:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-dw0!CDT,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-jpw=LMT
 America/Coral_Harbour America/Panama EST |EST5|-w757vc|:-eso=CMT,-eq8=LMT
 America/Costa_Rica |CST6|bl51w0|-15r0trn:-dw0!CDT,-go0=CST,-fkd=SJMT|:-fkd=LMT
 America/Coyhaique |<-03>3|stej00|-bvifk0:-8c0!-03,-b40=-04,-dw0=-05|-c6kkw0:-b40!-04|-jpavk0:-b40=-04,-dw0=-05|-qcwsw0:-b40!-04,-dw0=-05,-d39=SMT|:-b40=-04,-d39=SMT,-dw0=-05,-dcg=LMT
 America/Creston |MST7|-qx64g0|:-m80=PST,-jg0=MST,-lks=LMT
 America/Cuiaba |<-04>4|pn1v00|:-8c0!-03,-b40=-04,-adw=LMT
 America/Curacao |AST4|-2lx4u0|:-ci0=-0430,-crn=LMT
 America/Danmarkshavn |GMT0|dkhf00|:-8c0=-03,-5k0!-02,-3gg=LMT
 America/Dawson |MST7|qj3vg0|-26boc0:-jg0!PDT,-m80=PST,-p00=YST|-cq2tg0:-jg0!YDDT,-p00=YST,-m80!YPT|-q6kps0:-m80!YWT,-p00=YST|:-m80!YDT,-p00=YST,-ptg=LMT
 America/Dawson_Creek |MST7|1e0p00|-cnov00:-jg0!PDT,-m80=PST|-cq2tg0:-jg0!PPT|-qplto0:-jg0!PWT,-m80=PST|:-jg0!PDT,-m80=PST,-m9k=LMT
 America/Denver America/Shiprock MST7MDT Navajo US/Mountain |MST7MDT,M3.2.0,M11.1.0|jeqec0|-cnoxs0:-jg0=MST,-go0!MDT|-cq2tg0:-go0!MPT|-pdcv40:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-jfw=LMT
 America/Detroit US/Michigan |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-cnp3c0:-dw0=EST,-b40!EDT|-cq2tg0:-b40!EPT|:-b40!EWT,-dw0=EST,-go0=CST,-fdn=LMT
 America/Dominica |AST4|-uj7wl0|:-bdc=LMT
 America/Edmonton America/Yellowknife Canada/Mountain |MST7MDT,M3.2.0,M11.1.0|jeqec0|-cnoxs0:-jg0=MST,-go0!MDT|-cq2tg0:-go0!MPT|-o52f40:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-l0g=LMT
 America/Eirunepe |<-05>5|mw14g0|cli8g0:-b40=-04,-dw0=-05|:-b40!-04,-dw0=-05,-cxs=LMT
 America/El_Salvador |CST6|9ryr80|:-dw0!CDT,-go0=CST,-gio=LMT
 America/Ensenada America/Santa_Isabel America/Tijuana Mexico/BajaNorte |PST8PDT,M3.2.0,M11.1.0|kvk680|-clbtw0:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|-jyrdw0:-jg0!PWT,-m80=PST|-kf64k0:-jg0!PDT,-m80=PST|:-jg0=MST,-m80=PST,-lo4=LMT
 America/Fort_Nelson |MST7|nkw140|-cnov00:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|-qplto0:-jg0!PWT,-m80=PST|:-jg0!PDT,-m80=PST,-mpz=LMT
 America/Fort_Wayne America/Indiana/Indianapolis America/Indianapolis US/East-Indiana |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-7ytdw0:-dw0=EST,-b40!EDT,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-eqy9w0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-fye=LMT
 America/Fortaleza |<-03>3|grnmw0|:-5k0!-02,-8c0=-03,-74o=LMT
 America/Glace_Bay |AST4ADT,M3.2.0,M11.1.0|jeq600|-cnp640:-b40=AST,-8c0!ADT|-cq2tg0:-8c0!APT|-qpm4s0:-8c0!AWT,-b40=AST|:-8c0!ADT,-b40=AST,-b3o=LMT
 America/Godthab America/Nuuk |<-02>2<-01>,M3.5.0/-1,M10.5.0/0|s39ms0|rkjk40:-5k0=-02,-8c0=-03|:-5k0!-02,-8c0=-03,-9kw=LMT
 America/Goose_Bay |AST4ADT,M3.2.0,M11.1.0|ltyoc0|-cnp7i0:-8c0!ADT,-b40=AST,-5k0!ADDT,-9q0=NST,-6y0!NDT|-cq2tg0:-6y0!NPT|-eqjt20:-6y0!NWT,-9q0=NST|:-6y0!NDT,-9q0=NST,-9rg=NST,-6zg!NDT,-b6s=LMT
 America/Grand_Turk |EST5EDT,M3.2.0,M11.1.0|p5ezg0|neee00:-b40=AST,-dw0=EST|:-b40!EDT,-dw0=EST,-e7y=KMT,-d68=LMT
 America/Grenada |AST4|-uj7wkc|:-bfo=LMT
 America/Guadeloupe |AST4|-ukehxs|:-be8=LMT
 America/Guatemala |CST6|j6fxw0|:-dw0!CDT,-go0=CST,-grg=LMT
 America/Guayaquil |<-05>5|c1yj40|:-b40!-04,-dw0=-05,-ejc=QMT,-es8=LMT
 America/Guyana |<-04>4|bluwg0|:-8c0=-03,-af0=-0345,-b40=-04,-arr=LMT
 America/Halifax Canada/Atlantic |AST4ADT,M3.2.0,M11.1.0|jeq600|-cnp640:-b40=AST,-8c0!ADT|-cq2tg0:-8c0!APT|-eqwqc0:-8c0!AWT,-b40=AST|:-8c0!ADT,-b40=AST,-bs0=LMT
 America/Havana Cuba |CST5CDT,M3.2.0/0,M11.1.0/1|m1sb80|:-dw0=CST,-b40!CDT,-f9c=HMT,-f94=LMT
 America/Hermosillo |MST7|f1di80|-eg9600:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-kjs=LMT
 America/Indiana/Knox America/Knox_IN US/Indiana-Starke |CST6CDT,M3.2.0,M11.1.0|jeqbk0|ix3240:-go0=CST,-dw0!CDT|bdxy40:-dw0=EST|-384xw0:-dw0!CDT,-go0=CST|-49l380:-dw0=EST,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g1i=LMT
 America/Indiana/Marengo |EST5EDT,M3.2.0,M11.1.0|jeq8s0|2ijss0:-dw0=EST,-b40!EDT|23fcs0:-dw0!CDT|-4u3z80:-dw0=EST,-b40!EDT,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-fzn=LMT
 America/Indiana/Petersburg |EST5EDT,M3.2.0,M11.1.0|jqyzg0|ix3240:-dw0!CDT,-go0=CST|432zg0:-dw0=EST|-1nlr80:-dw0!CDT,-go0=CST|-2pev80:-dw0=EST,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g5v=LMT
 America/Indiana/Tell_City |CST6CDT,M3.2.0,M11.1.0|jeqbk0|ix3240:-go0=CST,-dw0!CDT|-m5lw0:-dw0=EST,-b40!EDT,-go0=CST|-14vok0:-dw0!CDT,-go0=CST|-384xw0:-dw0=EST,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g2f=LMT
 America/Indiana/Vevay |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-cnp0k0:-dw0=EST,-b40!EDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-fr4=LMT
 America/Indiana/Vincennes |EST5EDT,M3.2.0,M11.1.0|jqyzg0|ix3240:-dw0!CDT,-go0=CST|-384xw0:-dw0=EST,-b40!EDT,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g7j=LMT
 America/Indiana/Winamac |EST5EDT,M3.2.0,M11.1.0|jeqbk0|ix3240:-go0=CST,-dw0!CDT|-4u3z80:-dw0=EST,-b40!EDT,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g1d=LMT
 America/Inuvik |MST7MDT,M3.2.0,M11.1.0|jeqec0|4lt7o0:-jg0=MST,-go0!MDT,-m80=PST|:-jg0!PDT,-m80=PST,0=-00
 America/Iqaluit America/Pangnirtung |EST5EDT,M3.2.0,M11.1.0|jeq8s0|g36jg0:-dw0=EST,-b40!EDT|f9nks0:-dw0!CDT,-go0=CST,-b40!EDT|-cnp3c0:-dw0=EST,-b40!EDT|-cq2tg0:-b40!EPT|:-b40!EWT,0=-00
 America/Jamaica Jamaica |EST5|77sbc0|-15r0v42:-b40!EDT,-dw0=EST,-e7y=KMT|:-e7y=LMT
 America/Juneau |AKST9AKDT,M3.2.0,M11.1.0|jeqjw0|79dyc0:-p00=AKST,-m80!AKDT|5n9fs0:-p00=YST,-jg0!PDT,-m80=PST|5dweg0:-m80!YDT|-cnov00:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|:-jg0!PWT,-m80=PST,-ow5=LMT,15rv=LMT
 America/Kentucky/Louisville America/Louisville |EST5EDT,M3.2.0,M11.1.0|jeq8s0|2ijss0:-dw0=EST,-b40!EDT|23fcs0:-dw0!CDT|-4emkk0:-dw0=EST,-b40!EDT|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-eqy9w0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-fvq=LMT
 America/Kentucky/Monticello |EST5EDT,M3.2.0,M11.1.0|jeq8s0|g36jg0:-dw0=EST,-b40!EDT|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-fpo=LMT
 America/Kralendijk America/Lower_Princes America/Marigot America/Puerto_Rico America/St_Barthelemy America/Virgin |AST4|-cnp640|-cq2tg0:-8c0!APT|:-8c0!AWT,-b40=AST,-c8p=LMT
 America/La_Paz |<-04>4|-jpva5o|-15r0wpo:-9uc!BST,-cmc=CMT|:-cmc=LMT
 America/Lima |<-05>5|cnkb40|:-b40!-04,-dw0=-05,-eac=LMT,-e9o=LMT
 America/Los_Angeles PST8PDT US/Pacific |PST8PDT,M3.2.0,M11.1.0|jeqh40|-cnov00:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|-q6vr00:-jg0!PWT,-m80=PST|:-jg0!PDT,-m80=PST,-lwa=LMT
 America/Maceio |<-03>3|grnmw0|:-5k0!-02,-8c0=-03,-6m4=LMT
 America/Managua |CST6|j6g0o0|e3bck0:-dw0!CDT,-go0=CST|5gtkk0:-dw0=EST,-go0=CST|2ob1w0:-dw0!CDT,-go0=CST|:-dw0=EST,-go0=CST,-fzc=MMT,-fz8=LMT
 America/Manaus Brazil/West |<-04>4|cli5o0|:-8c0!-03,-b40=-04,-b44=LMT
 America/Martinique |AST4|5lt1o0|-15r0y0s:-8c0!ADT,-b40=AST,-bb8=FFMT|:-bb8=LMT
 America/Matamoros |CST6CDT,M3.2.0,M11.1.0|kvk0o0|:-go0=CST,-dw0!CDT,-i20=LMT
 America/Mazatlan Mexico/BajaSur |MST7|rkk3k0|-eg9600:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-jpg=LMT
 America/Menominee |CST6CDT,M3.2.0,M11.1.0|jeqbk0|1qgos0:-go0=CST,-dw0!CDT|-1nlr80:-dw0=EST,-go0=CST|-cnp0k0:-dw0!CDT,-go0=CST|-cq2tg0:-dw0!CPT|-q6vwk0:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-g83=LMT
 America/Merida |CST6|rkk0s0|6p60s0:-dw0!CDT,-go0=CST|:-dw0=EST,-go0=CST,-glg=LMT
 America/Metlakatla |AKST9AKDT,M3.2.0,M11.1.0|plmjs0|phnyg0:-m80=PST|nx4rs0:-m80!AKDT,-p00=AKST|-cnov00:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|:-jg0!PWT,-m80=PST,-od6=LMT,16au=LMT
 America/Mexico_City Mexico/General |CST6|rkk0s0|-deaks0:-dw0!CDT,-go0=CST|-f07rg0:-dw0!CWT,-go0=CST|-jypm00:-dw0!CDT,-go0=CST,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-id0=LMT
 America/Miquelon |<-03>3<-02>,M3.2.0,M11.1.0|jeq380|:-8c0=-03,-5k0!-02,-b40=AST,-aeg=LMT
 America/Moncton |AST4ADT,M3.2.0,M11.1.0|jb68g0|-cnp640:-b40=AST,-8c0!ADT|-cq2tg0:-8c0!APT|-er0cw0:-8c0!AWT,-b40=AST|:-8c0!ADT,-b40=AST,-dw0=EST,-bzw=LMT
 America/Monterrey |CST6|rkk0s0|-jypm00:-dw0!CDT,-go0=CST,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-iks=LMT
 America/Montevideo |<-03>3|nkvkg0|-e482c0:-5k0!-02,-8c0=-03,-6y0!-0230,-460!-0130|-w4mll9:-8c0!-03,-9q0=-0330,-b40=-04,-aer=MMT|:-aer=LMT
 America/Montreal America/Nipigon America/Thunder_Bay America/Toronto Canada/Eastern |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-cnp3c0:-dw0=EST,-b40!EDT|-cq2tg0:-b40!EPT|-ek24k0:-b40!EWT|:-b40!EDT,-dw0=EST,-ep8=LMT
 America/Montserrat |AST4|-uj7wfk|:-bis=LMT
 America/Nassau |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-cmrww0:-dw0=EST,-b40!EDT|-cq2tg0:-b40!EPT|:-b40!EWT,-dw0=EST,-ebu=LMT
 America/New_York EST5EDT US/Eastern |EST5EDT,M3.2.0,M11.1.0|jeq8s0|-cnp3c0:-dw0=EST,-b40!EDT|-cq2tg0:-b40!EPT|-eqyco0:-b40!EWT,-dw0=EST|:-b40!EDT,-dw0=EST,-dpe=LMT
 America/Nome |AKST9AKDT,M3.2.0,M11.1.0|jeqjw0|79dyc0:-p00=AKST,-m80!AKDT|-1fq440:-p00=YST,-rs0!BDT,-uk0=BST|-cq2tg0:-uk0=NST,-rs0!NPT|:-rs0!NWT,-uk0=NST,-umq=LMT,101a=LMT
 America/Noronha Brazil/DeNoronha |<-02>2|grnk40|:-2s0!-01,-5k0=-02,-604=LMT
 America/North_Dakota/Beulah |CST6CDT,M3.2.0,M11.1.0|lbi8w0|-cnoxs0:-go0!MDT,-jg0=MST|-cq2tg0:-go0!MPT|-q6vts0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-iuj=LMT
 America/North_Dakota/Center |CST6CDT,M3.2.0,M11.1.0|jeqbk0|bwo3k0:-go0=CST,-dw0!CDT|-cnoxs0:-go0!MDT,-jg0=MST|-cq2tg0:-go0!MPT|-q6vts0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-irc=LMT
 America/North_Dakota/New_Salem |CST6CDT,M3.2.0,M11.1.0|jeqbk0|hncu80:-go0=CST,-dw0!CDT|-cnoxs0:-go0!MDT,-jg0=MST|-cq2tg0:-go0!MPT|-q6vts0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-is3=LMT
 America/Ojinaga |CST6CDT,M3.2.0,M11.1.0|rm5co0|rkk3k0:-go0=CST|eqxno0:-go0!MDT,-jg0=MST|-jypm00:-go0=CST,-dw0!CDT,-jg0=MST|-kf67c0:-go0!MDT,-jg0=MST|:-go0=CST,-jg0=MST,-jc4=LMT
 America/Paramaribo |<-03>3|7p4720|:-9q0=-0330,-a7o=PMT,-a84=PMT,-a7s=LMT
 America/Phoenix MST US/Arizona |MST7|-14vls0|-d6f5yc:-go0!MDT,-jg0=MST|-q6vts0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-kr6=LMT
 America/Port-au-Prince |EST5EDT,M3.2.0,M11.1.0|omows0|:-dw0=EST,-b40!EDT,-ddo=PPMT,-de8=LMT
 America/Port_of_Spain |AST4|-u6m79w|:-be4=LMT
 America/Porto_Acre America/Rio_Branco Brazil/Acre |<-05>5|mw14g0|9g2wg0:-b40=-04,-dw0=-05|:-b40!-04,-dw0=-05,-ck0=LMT
 America/Porto_Velho |<-04>4|9g2to0|:-8c0!-03,-b40=-04,-bu0=LMT
 America/Punta_Arenas |<-03>3|ohn4c0|-bvifk0:-8c0!-03,-b40=-04,-dw0=-05|-c6kkw0:-b40!-04|-jpavk0:-b40=-04,-dw0=-05|-qcwsw0:-b40!-04,-dw0=-05,-d39=SMT|:-b40=-04,-d39=SMT,-dw0=-05,-d4s=LMT
 America/Rainy_River America/Winnipeg Canada/Central |CST6CDT,M3.2.0,M11.1.0|jeqbk0|-cnp0k0:-go0=CST,-dw0!CDT|-cq2tg0:-dw0!CPT|-gu7j80:-dw0!CWT,-go0=CST|:-dw0!CDT,-go0=CST,-hzo=LMT
 America/Rankin_Inlet |CST6CDT,M3.2.0,M11.1.0|jeqbk0|gb3sw0:-go0=CST,-dw0!CDT|g36jg0:-dw0=EST|:-dw0!CDT,-go0=CST,0=-00
 America/Recife |<-03>3|grnmw0|:-5k0!-02,-8c0=-03,-6go=LMT
 America/Regina Canada/Saskatchewan |CST6|-5210c0|-cnoxs0:-jg0=MST,-go0!MDT|-cq2tg0:-go0!MPT|-eq8fc0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-jdo=LMT
 America/Resolute |CST6CDT,M3.2.0,M11.1.0|jeqbk0|j7vy40:-dw0=EST|gb3sw0:-dw0!CDT,-go0=CST|g36jg0:-dw0=EST|:-dw0!CDT,-go0=CST,0=-00
 America/Santarem |<-03>3|k2y8g0|:-b40=-04,-8c0!-03,-a4o=LMT
 America/Santiago Chile/Continental |<-04>4<-03>,M9.1.6/24,M4.1.6/24|ri11s0|-bvifk0:-b40=-04,-8c0!-03,-dw0=-05|-c8vww0:-b40!-04,-8c0!-03|-jpavk0:-b40=-04,-dw0=-05|-qcwsw0:-b40!-04,-dw0=-05,-d39=SMT|-15r0w8r:-b40=-04,-d39=SMT,-dw0=-05|:-d39=LMT
 America/Santo_Domingo |AST4|g4za00|-1hdww0:-dw0=EST,-b40=AST,-ci0!-0430|:-b40!EDT,-dw0=EST,-cyo=SDMT,-cy0=LMT
 America/Sao_Paulo Brazil/East |<-03>3|pn1s80|:-5k0!-02,-8c0=-03,-8ms=LMT
 America/Scoresbysund |<-02>2<-01>,M3.5.0/-1,M10.5.0/0|sb6tg0|5lt4g0:-2s0=-01,0!+00,-5k0=-02|:-2s0!-01,-5k0=-02,-42g=LMT
 America/Sitka |AKST9AKDT,M3.2.0,M11.1.0|jeqjw0|79dyc0:-p00=AKST,-m80!AKDT|-cnov00:-p00=YST,-jg0!PDT,-m80=PST|-cq2tg0:-jg0!PPT|:-jg0!PWT,-m80=PST,-p21=LMT,15lz=LMT
 America/St_Johns Canada/Newfoundland |NST3:30NDT,M3.2.0,M11.1.0|ltymy0|-cnp7i0:-6y0!NDT,-9q0=NST,-460!NDDT|-cq2tg0:-6y0!NPT|-eqjt20:-6y0!NWT,-9q0=NST|-18vs8wk:-6y0!NDT,-9q0=NST,-9rg=NST,-6zg!NDT|:-9rg=LMT
 America/St_Kitts |AST4|-u6m71w|:-bm4=LMT
 America/St_Lucia |AST4|-u9r61c|-15r0y1c:-bao=CMT|:-bao=LMT
 America/St_Thomas |AST4|-uj7vz4|:-c0w=LMT
 America/St_Vincent |AST4|-u9r5zs|-15r0xzs:-bc8=KMT|:-bc8=LMT
 America/Swift_Current |CST6|17qro0|-cnoxs0:-jg0=MST,-go0!MDT|-cq2tg0:-go0!MPT|-qplwg0:-go0!MWT,-jg0=MST|:-go0!MDT,-jg0=MST,-jyw=LMT
 America/Tegucigalpa |CST6|j3m380|:-dw0!CDT,-go0=CST,-g5g=LMT
 America/Thule |AST4ADT,M3.2.0,M11.1.0|jeq600|:-b40=AST,-8c0!ADT,-cqk=LMT
 America/Tortola |AST4|-uj7w18|:-bys=LMT
 America/Vancouver Canada/Pacific |PST8PDT,M3.2.0,M11.1.0|jeqh40|-cnov00:-m80=PST,-jg0!PDT|-cq2tg0:-jg0!PPT|-qplto0:-jg0!PWT,-m80=PST|:-jg0!PDT,-m80=PST,-mss=LMT
 America/Whitehorse Canada/Yukon |MST7|qj3vg0|-26boc0:-jg0!PDT,-m80=PST,-p00=YST|-cq2tg0:-jg0!YDDT,-p00=YST,-m80!YPT|-q6kps0:-m80!YWT,-p00=YST|:-m80!YDT,-p00=YST,-p0c=LMT
 America/Yakutat |AKST9AKDT,M3.2.0,M11.1.0|jeqjw0|79dyc0:-p00=AKST,-m80!AKDT|-cnos80:-p00=YST,-m80!YDT|-cq2tg0:-m80!YPT|:-m80!YWT,-p00=YST,-pvj=LMT,14sh=LMT
 Antarctica/Casey |<+08>-8|rr7ls0|:uk0=+11,m80=+08,0=-00
 Antarctica/Davis |<+07>-7|lzre80|:dw0=+05,jg0=+07,0=-00
 Antarctica/DumontDUrville |<+10>-10|-6vdk00|:0=-00,rs0=+10
 Antarctica/Macquarie |AEST-10AEDT,M10.1.0,M4.1.0/3|leams0|:uk0!AEDT,rs0=AEST,0=-00
 Antarctica/Mawson |<+05>-5|krocw0|:go0=+06,0=-00
 Antarctica/McMurdo |NZST-12NZDT,M9.5.0,M4.1.0/3|jp4uw0|:xc0=NZST,1040!NZDT,0=-00
 Antarctica/Palmer |<-03>3|ohn4c0|6fn4c0:-8c0!-03,-b40=-04|-dvro0:-8c0=-03,-5k0!-02,-b40=-04|:-8c0!-03,-b40=-04,0=-00
 Antarctica/Rothera |<-03>3|3lxs00|:0=-00
 Antarctica/South_Pole NZ Pacific/Auckland |NZST-12NZDT,M9.5.0,M4.1.0/3|jp4uw0|-ciy9c0:xc0=NZST,1040!NZDT|:xc0!NZST,vy0=NZMT,yq0!NZST,wd4=LMT
 Antarctica/Syowa |<+03>-3|-6qsqo0|:0=-00
 Antarctica/Troll |<+00>0<+02>-2,M3.5.0/1,M10.5.0/3|ibruo0|:0=-00
 Antarctica/Vostok |<+05>-5|s5trg0|:jg0=+07,0=-00
 Arctic/Longyearbyen Atlantic/Jan_Mayen Europe/Berlin |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,8c0!CEMT,2h4=LMT
 Asia/Aden |<+03>-3|-afs0bu|:8bu=LMT
 Asia/Almaty |<+05>-5|s9mq00|bchbo0:go0=+06,jg0!+07,dw0=+05|b347k0:go0!+06|:go0=+06,jg0!+07,dw0=+05,e90=LMT
 Asia/Amman |<+03>-3|rkfmg0|:8c0!EEST,5k0=EET,6nk=LMT
 Asia/Anadyr |<+12>-12|lio700|kzy1k0:uk0=+11,xc0!+12|bcgv00:xc0=+12,1040!+13,uk0=+11|b33qw0:xc0!+12|6e2bw0:xc0=+12,1040!+13|:1040=+13,12w0!+14,xc0=+12,wv8=LMT
 Asia/Aqtau |<+05>-5|i6f3s0|cnaic0:dw0!+05,b40=+04,go0!+06|bcheg0:dw0=+05,go0!+06,b40=+04|b34ac0:dw0!+05|6e2vc0:dw0=+05,go0!+06|:go0=+06,dw0=+05,b40=+04,9b4=LMT
 Asia/Aqtobe |<+05>-5|i6f100|bcheg0:go0!+06,dw0=+05,b40=+04|b34ac0:dw0!+05|6e2vc0:dw0=+05,go0!+06|64pu00:go0=+06|:go0!+06,dw0=+05,b40=+04,al4=LMT
 Asia/Ashgabat Asia/Ashkhabad |<+05>-5|bi8t40|b34ac0:b40=+04,dw0!+05|:dw0=+05,go0!+06,b40=+04,at8=LMT
 Asia/Atyrau |<+05>-5|i6f3s0|f99uc0:dw0!+05,b40=+04|bcheg0:dw0=+05,go0!+06,b40=+04|b34ac0:dw0!+05|6e2vc0:dw0=+05,go0!+06|:go0=+06,dw0=+05,8c0=+03,9m8=LMT
 Asia/Baghdad |<+03>-3|jp7hc0|:b40!+04,8c0=+03,880=BMT,884=LMT
 Asia/Bahrain |<+03>-3|19d0w0|:b40=+04,9q0=+0330,9d8=LMT
 Asia/Baku |<+04>-4|nwr1c0|bv7jw0:dw0!+05,b40=+04|b34d40:b40!+04,8c0=+03|:b40=+04,dw0!+05,8c0=+03,98c=LMT
 Asia/Bangkok |<+07>-7|-pysda4|-1ayyla4:im4=BMT|:im4=LMT
 Asia/Barnaul |<+07>-7|o4nww0|lb4cw0:go0=+06,jg0=+07|d60fg0:jg0!+07,go0=+06,m80!+08|bch8w0:jg0=+07,m80!+08,go0=+06|b344s0:jg0!+07|:jg0=+07,m80!+08,go0=+06,fic=LMT
 Asia/Beirut |EET-2EEST,M3.5.0/0,M10.5.0/0|f99x40|:5k0=EET,8c0!EEST,6ko=LMT
 Asia/Bishkek |<+06>-6|il2ko0|b347k0:go0!+06,dw0=+05|:go0=+06,jg0!+07,dw0=+05,dtc=LMT
 Asia/Brunei |<+08>-8|-jb6i60|:ku0=+0730,la4=LMT
 Asia/Calcutta Asia/Kolkata |IST-5:30|-cmya20|:i20!+0630,fa0=IST,eva=MMT,gcw=HMT,gd4=LMT
 Asia/Chita |<+09>-9|o4nrc0|lb44k0:m80=+08,rs0=+10,p00=+09|bch3c0:rs0!+10,p00=+09,m80=+08|b33z80:p00!+09|:p00=+09,rs0!+10,m80=+08,l0g=LMT
 Asia/Choibalsan Asia/Ulaanbaatar Asia/Ulan_Bator |<+08>-8|odypo0|:p00!+09,m80=+08,jg0=+07,jsk=LMT
 Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Shanghai PRC |CST-8|bbr380|:p00!CDT,m80=CST,mhj=LMT
 Asia/Colombo |<+0530>-5:30|ixq620|-cmw9u0:go0=+06,i20=+0630,fa0=+0530|:i20!+0630,go0!+06,fa0=+0530,esk=MMT,esc=LMT
 Asia/Dacca Asia/Dhaka |<+06>-6|kvj0k0|:jg0!+07,go0=+06,i20=+0630,fa0=+0530,gcw=HMT,gqs=LMT
 Asia/Damascus |<+03>-3|rkfjo0|:8c0!EEST,5k0=EET,6q0=LMT
 Asia/Dili |<+09>-9|g0zls0|:m80=+08,p00=+09,n98=LMT
 Asia/Dubai |<+04>-4|-q3gnko|:a8o=LMT
 Asia/Dushanbe |<+05>-5|bbgac0|b347k0:go0!+06|:go0=+06,jg0!+07,dw0=+05,cqo=LMT
 Asia/Famagusta |EET-2EEST,M3.5.0/3,M10.5.0/4|oyk840|od5jo0:8c0=+03|:8c0!EEST,5k0=EET,6ac=LMT
 Asia/Gaza |EET-2EEST,M3.4.4/50,M10.4.4/50|1oqvs00|dkh140:5k0=EET,8c0!EEST|-1ceto0:5k0=IST,8c0!IDT|:8c0!EEST,5k0=EET,6ds=LMT
 Asia/Hebron |EET-2EEST,M3.4.4/50,M10.4.4/50|1oqvs00|dkh140:5k0=EET,8c0!EEST|-1ceto0:5k0=IST,8c0!IDT|:8c0!EEST,5k0=EET,6hz=LMT
 Asia/Ho_Chi_Minh Asia/Saigon |<+07>-7|2uaps0|-x5692u:m80=+08,jg0=+07,p00=+09,jqu=PLMT|:jqu=LMT
 Asia/Hong_Kong Hongkong |HKT-8|5457e0|-cl7cs0:p00!HKST,m80=HKT|-eqtn80:p00=JST,nm0!HKWT|:p00!HKST,m80=HKT,l56=LMT
 Asia/Hovd |<+07>-7|odysg0|:m80!+08,jg0=+07,go0=+06,gz0=LMT
 Asia/Irkutsk |<+08>-8|ne0f80|lb47c0:p00=+09,m80=+08|bch640:p00!+09,m80=+08,jg0=+07|b34200:m80!+08|-1ayylz5:m80=+08,p00!+09,jg0=+07,jb5=IMT|:jb5=LMT
 Asia/Istanbul Europe/Istanbul Turkey |<+03>-3|od3p00|7qp980:8c0!EEST,5k0=EET|4fid00:8c0=+03,b40!+04|:8c0!EEST,5k0=EET,5ew=IMT,5d4=LMT
 Asia/Jakarta |WIB-7|-34ru60|-1hftyg0:ku0=+0730,m80=+08,p00=+09,kdc=+0720,js0=BMT|:js0=LMT
 Asia/Jayapura |WIT-9|-34rzq0|:qe0=+0930,p00=+09,q20=LMT
 Asia/Jerusalem Asia/Tel_Aviv Israel |IST-2IDT,M3.4.4/26,M10.5.0|mkeao0|:5k0=IST,8c0!IDT,b40!IDDT,6ig=JMT,6iu=LMT
 Asia/Kabul |<+0430>-4:30|-d1pkg0|:b40=+04,ctc=LMT
 Asia/Kamchatka |<+12>-12|lio700|kzy1k0:uk0=+11,xc0!+12|bcgv00:xc0=+12,1040!+13,uk0=+11|b33qw0:xc0!+12|:xc0=+12,1040!+13,uk0=+11,tdo=LMT
 Asia/Karachi |PKT-5|kse4o0|n33g0:go0!PKST,dw0=PKT|:dw0=+05,fa0=+0530,i20!+0630,cf0=LMT
 Asia/Kashgar Asia/Urumqi |<+06>-6|-lx5pjw|:g7w=LMT
 Asia/Kathmandu Asia/Katmandu |<+0545>-5:45|8clsq0|:fa0=+0530,fss=LMT
 Asia/Khandyga |<+09>-9|ne0cg0|lb41s0:rs0=+10,uk0=+11|hnbok0:uk0!+11,rs0=+10,p00=+09|bch3c0:rs0!+10,p00=+09,m80=+08|b33z80:p00!+09|:p00=+09,rs0!+10,m80=+08,p3p=LMT
 Asia/Krasnoyarsk |<+07>-7|ne0i00|lb4a40:m80=+08,jg0=+07|bch8w0:m80!+08,jg0=+07,go0=+06|b344s0:jg0!+07|:jg0=+07,m80!+08,go0=+06,h72=LMT
 Asia/Kuala_Lumpur |<+08>-8|69g1s0|-hquppc:ku0=+0730,p00=+09,kdc=+0720|:kdc!+0720,jg0=+07,j8d=SMT,ity=LMT
 Asia/Kuching |<+08>-8|-conl00|:p00=+09,m80=+08,n5c!+0820,ku0=+0730,kfk=LMT
 Asia/Kuwait |<+03>-3|-afs0vw|:8vw=LMT
 Asia/Macao Asia/Macau |CST-8|5457e0|-cnoec0:p00!CDT,m80=CST|:p00=+09,rs0!+10,m80=CST,l0y=LMT
 Asia/Magadan |<+11>-11|o63gg0|lb3z00:rs0=+10,xc0=+12,uk0=+11|bcgxs0:xc0!+12,uk0=+11,rs0=+10|b33to0:uk0!+11|:uk0=+11,xc0!+12,rs0=+10,rxc=LMT
 Asia/Makassar Asia/Ujung_Pandang |WITA-8|-co37o0|-q3gzg0:p00=+09,m80=+08,m40=MMT|:m40=LMT
 Asia/Manila |PST-8|aqi4c0|-cyj500:p00!PDT,m80=PST|-ejxt00:p00=JST|:p00!PDT,m80=PST,meg=LMT,-189k=LMT
 Asia/Muscat |<+04>-4|-q3go6o|:auo=LMT
 Asia/Nicosia Europe/Nicosia |EET-2EEST,M3.5.0/3,M10.5.0/4|eykno0|:8c0!EEST,5k0=EET,66g=LMT
 Asia/Novokuznetsk |<+07>-7|liokw0|kzyfg0:go0=+06,jg0!+07|bch8w0:jg0=+07,m80!+08,go0=+06|b344s0:jg0!+07|:jg0=+07,m80!+08,go0=+06,g5c=LMT
 Asia/Novosibirsk |<+07>-7|oasa80|lb4cw0:go0=+06,jg0=+07|c4ka40:jg0!+07,go0=+06,m80!+08|bch8w0:jg0=+07,m80!+08,go0=+06|b344s0:jg0!+07|:jg0=+07,m80!+08,go0=+06,fcs=LMT
 Asia/Omsk |<+06>-6|ne0ks0|lb4cw0:jg0=+07,go0=+06|bchbo0:jg0!+07,go0=+06,dw0=+05|b347k0:go0!+06|:go0=+06,jg0!+07,dw0=+05,dl6=LMT
 Asia/Oral |<+05>-5|i6f3s0|blud00:dw0!+05,b40=+04|bcheg0:dw0=+05,b40=+04|a1b6c0:dw0!+05,b40=+04|6e2vc0:dw0=+05,go0!+06|64pu00:go0=+06|:go0!+06,dw0=+05,8c0=+03,9ic=LMT
 Asia/Phnom_Penh |<+07>-7|-cp63o0|:p00=+09,m80=+08,jg0=+07,jqu=PLMT,jfg=LMT
 Asia/Pontianak |WIB-7|9e5gg0|-a9m680:m80=WITA,ku0=+0730|-w6piww:m80=+08,ku0=+0730,p00=+09,k8w=PMT|:k8w=LMT
 Asia/Pyongyang |KST-9|p87lo0|-cpmro0:nm0=KST,p00=KST|:p00=JST,nm0=KST,nac=LMT
 Asia/Qatar |<+03>-3|19d0w0|:b40=+04,9jk=LMT
 Asia/Qostanay |<+05>-5|s9mq00|i6f100:go0=+06|bcheg0:go0!+06,dw0=+05,b40=+04|b34ac0:dw0!+05|6e2vc0:dw0=+05,go0!+06|64pu00:go0=+06|:go0!+06,dw0=+05,b40=+04,bs4=LMT
 Asia/Qyzylorda |<+05>-5|pk1rc0|i6f100:go0=+06|blua80:go0!+06,dw0=+05|bcheg0:go0=+06,dw0=+05|b34ac0:dw0!+05|6e2vc0:dw0=+05,go0!+06|64pu00:go0=+06|:go0!+06,dw0=+05,b40=+04,c4g=LMT
 Asia/Rangoon Asia/Yangon |<+0630>-6:30|-cvg100|-1ayykhb:p00=+09,i20=+0630,htb=RMT|:htb=LMT
 Asia/Riyadh |<+03>-3|-bwgbbg|:8ng=LMT
 Asia/Sakhalin |<+11>-11|o4nls0|lb41s0:rs0=+10,uk0=+11|e7t8c0:uk0!+11,rs0=+10|bcgxs0:uk0=+11,xc0!+12,rs0=+10|b33to0:uk0!+11|:uk0=+11,xc0!+12,p00=+09,qfc=LMT
 Asia/Samarkand |<+05>-5|bchbo0|6e2vc0:go0!+06,dw0=+05|64pu00:go0=+06|:go0!+06,dw0=+05,b40=+04,ceh=LMT
 Asia/Seoul ROK |KST-9|9snr80|-couzo0:rs0!KDT,p00=KST,nm0=KST,qe0!KDT|:p00=JST,nm0=KST,nig=LMT
 Asia/Singapore Singapore |<+08>-8|69g1s0|-hquppc:ku0=+0730,p00=+09,kdc=+0720|-100ewkd:kdc!+0720,jg0=+07,j8d=SMT|:j8d=LMT
 Asia/Srednekolymsk |<+11>-11|ne06w0|lb3z00:xc0=+12,uk0=+11|bcgxs0:xc0!+12,uk0=+11,rs0=+10|b33to0:uk0!+11|:uk0=+11,xc0!+12,rs0=+10,sgs=LMT
 Asia/Taipei ROC |CST-8|533wc0|-co6u80:p00!CDT,m80=CST|:p00=JST,m80=CST,mi0=LMT
 Asia/Tashkent |<+05>-5|bchbo0|b347k0:go0!+06|:go0=+06,jg0!+07,dw0=+05,ctz=LMT
 Asia/Tbilisi |<+04>-4|idzek0|hv93k0:8c0=+03,b40!+04,dw0!+05|cwngw0:b40=+04,dw0!+05|b34d40:b40!+04,8c0=+03|-1ayyayn:b40=+04,dw0!+05,8c0=+03,8an=TBMT|:8an=LMT
 Asia/Tehran Iran |<+0330>-3:30|rikri0|-s6m6uw:ci0!+0430,9q0=+0330,b40=+04,dw0!+05,9iw=TMT|:9iw=LMT
 Asia/Thimbu Asia/Thimphu |<+06>-6|99fa20|:fa0=+0530,glo=LMT
 Asia/Tokyo Japan |JST-9|-9k3qc0|:rs0!JDT,p00=JST,pvn=LMT
 Asia/Tomsk |<+07>-7|o7wkw0|lb4cw0:go0=+06,jg0=+07|gtsvg0:jg0!+07,go0=+06,m80!+08|bch8w0:jg0=+07,m80!+08,go0=+06|b344s0:jg0!+07|:jg0=+07,m80!+08,go0=+06,fqf=LMT
 Asia/Ust-Nera |<+10>-10|ne09o0|lb3z00:uk0=+11,xc0=+12|bcgxs0:xc0!+12,uk0=+11,rs0=+10|b33to0:uk0!+11|:uk0=+11,xc0!+12,p00=+09,m80=+08,qiu=LMT
 Asia/Vientiane |<+07>-7|-7oibk0|:m80=+08,jg0=+07,p00=+09,jqu=PLMT,j00=LMT
 Asia/Vladivostok |<+10>-10|ne09o0|lb41s0:uk0=+11,rs0=+10|bch0k0:uk0!+11,rs0=+10,p00=+09|b33wg0:rs0!+10|:rs0=+10,uk0!+11,p00=+09,of7=LMT
 Asia/Yakutsk |<+09>-9|ne0cg0|lb44k0:rs0=+10,p00=+09|bch3c0:rs0!+10,p00=+09,m80=+08|b33z80:p00!+09|:p00=+09,rs0!+10,m80=+08,o0y=LMT
 Asia/Yekaterinburg |<+05>-5|ne0nk0|lb4fo0:go0=+06,dw0=+05|bcheg0:go0!+06,dw0=+05,b40=+04|b34ac0:dw0!+05|:dw0=+05,go0!+06,b40=+04,af5=PMT,b89=LMT
 Asia/Yerevan |<+04>-4|ltul40|dfdrw0:dw0!+05,b40=+04|b34d40:b40!+04,8c0=+03|:b40=+04,dw0!+05,8c0=+03,88o=LMT
 Atlantic/Azores |<-01>1<+00>,M3.5.0/0,M10.5.0/1|dp3xg0|c4kqs0:-2s0=-01,0!+00,2s0!WEST|bv7pg0:0=WET,-2s0=-01|-1p1u80:0!+00,-2s0=-01|:-2s0!-01,-5k0=-02,0!+00,-5aw=HMT,-4r4=LMT
 Atlantic/Bermuda |AST4ADT,M3.2.0,M11.1.0|jeq600|-15r0xbu:-b40=AST,-8c0!ADT,-c06=BMT,-986!BST|:-c06=LMT
 Atlantic/Canary |WET0WEST,M3.5.0/1,M10.5.0|dp3xg0|:0=WET,2s0!WEST,-2s0=-01,-2uo=LMT
 Atlantic/Cape_Verde |<-01>1|32t740|:-5k0=-02,-2s0!-01,-4cs=LMT
 Atlantic/Faeroe Atlantic/Faroe |WET0WEST,M3.5.0/1,M10.5.0|dp3xg0|:0=WET,2s0!WEST,-194=LMT
 Atlantic/Madeira |WET0WEST,M3.5.0/1,M10.5.0|dp3xg0|-1p1x00:0=WET,2s0!WEST|-18vsfjc:0!+00,-2s0=-01,2s0!+01,-34o=FMT|:-34o=LMT
 Atlantic/Reykjavik |GMT0|-wlx40|:-2s0=-01,0!+00,-42o=LMT
 Atlantic/South_Georgia |<-02>2|-15r12kg|:-6rk=LMT
 Atlantic/St_Helena |GMT0|-9wztm0|-15r18a0:-120=JMT|:-120=LMT
 Atlantic/Stanley |<-03>3|l89fc0|872gc0:-b40=-04,-8c0!-03|-e3aqc0:-8c0=-03,-5k0!-02,-b40=-04|-15r0ymc:-8c0!-03,-b40=-04,-apo=SMT|:-apo=LMT
 Australia/ACT Australia/Canberra Australia/NSW Australia/Sydney |AEST-10AEDT,M10.1.0,M4.1.0/3|jqkv40|:rs0=AEST,uk0!AEDT,s04=LMT
 Australia/Adelaide Australia/South |ACST-9:30ACDT,M10.1.0,M4.1.0/3|jqkwi0|:qe0=ACST,t60!ACDT,p00=ACST,pnw=LMT
 Australia/Brisbane Australia/Queensland |AEST-10|bke4g0|:uk0!AEDT,rs0=AEST,sc8=LMT
 Australia/Broken_Hill Australia/Yancowinna |ACST-9:30ACDT,M10.1.0,M4.1.0/3|jqkwi0|:qe0=ACST,t60!ACDT,p00=ACST,rs0=AEST,q70=LMT
 Australia/Currie Australia/Hobart Australia/Tasmania |AEST-10AEDT,M10.1.0,M4.1.0/3|jphz40|:rs0=AEST,uk0!AEDT,ra4=LMT
 Australia/Darwin Australia/North |ACST-9:30|-dg67i0|:t60!ACDT,qe0=ACST,p00=ACST,o88=LMT
 Australia/Eucla |<+0845>-8:45|kh87x0|:r30!+0945,ob0=+0845,nv4=LMT
 Australia/LHI Australia/Lord_Howe |<+1030>-10:30<+11>-11,M10.1.0,M4.1.0|jqktq0|:t60=+1030,uk0!+11,vy0!+1130,rs0=AEST,tgk=LMT
 Australia/Lindeman |AEST-10|cm78g0|:uk0!AEDT,rs0=AEST,rl8=LMT
 Australia/Melbourne Australia/Victoria |AEST-10AEDT,M10.1.0,M4.1.0/3|jqkv40|:rs0=AEST,uk0!AEDT,qug=LMT
 Australia/Perth Australia/West |AWST-8|kh8a00|:p00!AWDT,m80=AWST,lgc=LMT
 CET Europe/Brussels MET |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-fgh6g0:2s0=CET,5k0!CEST|-qotw40:2s0!WEST,0=WET|-1ayy3h6:2s0=CET,5k0!CEST,0=WET,t6=BMT|:t6=LMT
 Chile/EasterIsland Pacific/Easter |<-06>6<-05>,M9.1.6/22,M4.1.6/22|ri11s0|6d68c0:-go0=-06,-dw0!-05|-15r0p2w:-go0!-06,-jg0=-07,-k94=EMT|:-k94=LMT
 EET Europe/Athens |EET-2EEST,M3.5.0/3,M10.5.0/4|dp3xg0|-dp4080:5k0=EET,8c0!EEST,2s0=CET|-ezx6w0:5k0!CEST,2s0=CET,8c0!EEST|-12rxtq4:5k0=EET,8c0!EEST,4e4=AMT|:4e4=LMT
 Eire Europe/Dublin |IST-1GMT0,M10.5.0,M3.5.0/1|dp3xg0|-m6840:0!GMT,2s0=IST|-p6h6g0:2s0!IST,0=GMT|-1anxqtr:2s0!BST,0=GMT,1lr!IST,-169=DMT|:-169=LMT
 Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT GMT+0 GMT-0 GMT0 Greenwich |GMT0|
 Etc/GMT+1 |<-01>1|
 Etc/GMT+10 |<-10>10|
 Etc/GMT+11 |<-11>11|
 Etc/GMT+12 |<-12>12|
 Etc/GMT+2 |<-02>2|
 Etc/GMT+3 |<-03>3|
 Etc/GMT+4 |<-04>4|
 Etc/GMT+5 |<-05>5|
 Etc/GMT+6 |<-06>6|
 Etc/GMT+7 |<-07>7|
 Etc/GMT+8 |<-08>8|
 Etc/GMT+9 |<-09>9|
 Etc/GMT-1 |<+01>-1|
 Etc/GMT-10 |<+10>-10|
 Etc/GMT-11 |<+11>-11|
 Etc/GMT-12 |<+12>-12|
 Etc/GMT-13 |<+13>-13|
 Etc/GMT-14 |<+14>-14|
 Etc/GMT-2 |<+02>-2|
 Etc/GMT-3 |<+03>-3|
 Etc/GMT-4 |<+04>-4|
 Etc/GMT-5 |<+05>-5|
 Etc/GMT-6 |<+06>-6|
 Etc/GMT-7 |<+07>-7|
 Etc/GMT-8 |<+08>-8|
 Etc/GMT-9 |<+09>-9|
 Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu |UTC0|
 Europe/Amsterdam |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-1ygf4wk:2s0=CET,5k0!CEST,xc=+0020,3pc!+0120,3ok!NST,wk=AMT|:wk=LMT
 Europe/Andorra |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,0=WET,a4=LMT
 Europe/Astrakhan |<+04>-4|o4o580|lb4l80:8c0=+03,b40=+04|blufs0:b40!+04,8c0=+03|atrek0:b40=+04,8c0=+03|a1b940:b40!+04,8c0=+03|:b40=+04,dw0!+05,8c0=+03,8wc=LMT
 Europe/Belfast Europe/London GB GB-Eire |GMT0BST,M3.5.0/1,M10.5.0|dkh6o0|yd6w0:0=GMT,2s0!BST|-m6840:2s0=BST|:2s0!BST,0=GMT,5k0!BDST,-23=LMT
 Europe/Belgrade Europe/Podgorica |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,3so=LMT
 Europe/Bratislava Europe/Prague |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-1qmkw08:2s0=CET,5k0!CEST,0!GMT,2o8=PMT|:2o8=LMT
 Europe/Bucharest |EET-2EEST,M3.5.0/3,M10.5.0/4|e3at40|-14u7wu0:5k0=EET,8c0!EEST,4u0=BMT|:4u0=LMT
 Europe/Budapest |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,3j8=LMT
 Europe/Busingen Europe/Zurich |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,1dm=BMT,1kw=LMT
 Europe/Chisinau Europe/Tiraspol |EET-2EEST,M3.5.0,M10.5.0/3|e3at40|ak1ek0:5k0=EET,8c0!EEST,b40!MSD|-euq8c0:8c0=MSK,b40!MSD,5k0!CEST,2s0=CET|:8c0!EEST,5k0=EET,4u0=BMT,5bo=CMT,5c8=LMT
 Europe/Copenhagen |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-15r1bnw:2s0=CET,5k0!CEST,2bw=CMT|:2bw=LMT
 Europe/Gibraltar |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-6wnp40:2s0=CET,5k0!CEST,0=GMT|:2s0!BST,0=GMT,5k0!BDST,-zo=LMT
 Europe/Guernsey |GMT0BST,M3.5.0/1,M10.5.0|dkh6o0|yd6w0:0=GMT,2s0!BST|-m6840:2s0=BST|-cv6880:2s0!BST,0=GMT,5k0!BDST|-fe9s40:5k0!CEST,2s0=CET|:2s0!BST,0=GMT,-gx=LMT
 Europe/Helsinki Europe/Mariehamn |EET-2EEST,M3.5.0/3,M10.5.0/4|dp3xg0|-1bss9yd:5k0=EET,8c0!EEST,4md=HMT|:4md=LMT
 Europe/Isle_of_Man |GMT0BST,M3.5.0/1,M10.5.0|dkh6o0|yd6w0:0=GMT,2s0!BST|-m6840:2s0=BST|:2s0!BST,0=GMT,5k0!BDST,-tv=LMT
 Europe/Jersey |GMT0BST,M3.5.0/1,M10.5.0|dkh6o0|yd6w0:0=GMT,2s0!BST|-m6840:2s0=BST|-cv6880:2s0!BST,0=GMT,5k0!BDST|-fe9s40:5k0!CEST,2s0=CET|:2s0!BST,0=GMT,-e2=LMT
 Europe/Kaliningrad |EET-2|ne0vw0|lb4o00:8c0=+03,5k0=EET|a1bbw0:8c0!EEST,5k0=EET|-cm2j00:8c0=MSK,b40!MSD,5k0=EET|-cwm2w0:8c0!EEST,5k0=EET|:5k0!CEST,2s0=CET,3so=LMT
 Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye |EET-2EEST,M3.5.0/3,M10.5.0/4|drb900|ak1ek0:8c0!EEST,5k0=EET,b40!MSD|-kmr1k0:8c0=MSK,b40!MSD,2s0=CET,5k0!CEST|-1ayy8bg:5k0=EET,5ng=KMT|:5ng=LMT
 Europe/Kirov |MSK-3|ne0t40|lb4l80:b40=MSK,8c0=MSK|blufs0:b40!MSD,8c0=MSK|atrek0:b40=+04,8c0=MSK|a1b940:b40!MSD,8c0=MSK|:b40=+04,dw0!+05,8c0=+03,97c=LMT
 Europe/Lisbon Portugal WET |WET0WEST,M3.5.0/1,M10.5.0|dp3xg0|bv7pg0:2s0=CET,5k0!CEST|3ijk00:2s0!WEST,0=WET|-1p1zs0:2s0=CET|:2s0!WEST,0=WET,5k0!WEMT,-1p9=LMT
 Europe/Ljubljana |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,2os=LMT
 Europe/Luxembourg |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-d73mk0:2s0=CET,5k0!CEST|-fgsag0:5k0!WEST,2s0=WET|-qo4w40:2s0!WEST,0=WET|:2s0=CET,5k0!CEST,150=LMT
 Europe/Madrid |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-fs2000:2s0=CET,5k0!CEST,0=WET|:2s0!WEST,5k0!WEMT,0=WET,-ok=LMT
 Europe/Malta |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,2os=LMT
 Europe/Minsk |<+03>-3|liow00|b34fw0:5k0=EET,8c0!EEST|-kmr1k0:8c0=MSK,b40!MSD,5k0!CEST,2s0=CET|:5k0=EET,53c=MMT,53s=LMT
 Europe/Monaco |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-cofek0:2s0=CET,5k0!CEST|:5k0!WEMT,2s0!WEST,0=WET,fl=PMT,1d8=LMT
 Europe/Moscow W-SU |MSK-3|ne0t40|lb4l80:b40=MSK,8c0=MSK|bchk00:b40!MSD,8c0=MSK,5k0=EET|b34fw0:8c0!EEST|-1ayy9mh:8c0=MSK,b40!MSD,5k0=EET,dw0!+05,ck7!MDST,9s7!MST,707=MMT,6yh=MMT|:6yh=LMT
 Europe/Oslo |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,1zo=LMT
 Europe/Paris |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-cofek0:2s0=CET,5k0!CEST|-d8caw0:5k0!WEMT,2s0!WEST|-ff5c80:5k0!CEST,2s0=CET|-154gb3l:2s0!WEST,0=WET,fl=PMT|:fl=LMT
 Europe/Riga |EET-2EEST,M3.5.0/3,M10.5.0/4|g6i7s0|a1bbw0:5k0=EET,8c0!EEST|-fciw80:8c0=MSK,b40!MSD,2s0=CET,5k0!CEST|-1ayy74y:5k0=EET,4gy=RMT,78y!LST|:4gy=LMT
 Europe/Rome Europe/San_Marino Europe/Vatican |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-1hs7rn8:2s0=CET,5k0!CEST,2b8=RMT|:2b8=LMT
 Europe/Samara |<+04>-4|liot80|kzyns0:8c0=+03,b40!+04|bchk00:b40=+04,dw0!+05,8c0=+03|b34fw0:8c0!+03|a1b940:8c0=+03,b40!+04|:b40=+04,dw0!+05,8c0=+03,99w=LMT
 Europe/Sarajevo |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,3es=LMT
 Europe/Saratov |<+04>-4|ohmt80|lb4l80:8c0=+03,b40=+04|blufs0:b40!+04,8c0=+03|atrek0:b40=+04,8c0=+03|9il6g0:b40!+04,8c0=+03|:b40=+04,dw0!+05,8c0=+03,8j6=LMT
 Europe/Simferopol |MSK-3|ne0t40|e7u040:b40=MSK,5k0=EET,8c0!EEST|cp3bo0:8c0=MSK,b40!MSD|ap2vw0:8c0!EEST,5k0=EET|-kmr1k0:8c0=MSK,b40!MSD,5k0!CEST,2s0=CET|:5k0=EET,6ao=SMT,6bc=LMT
 Europe/Skopje |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,3yw=LMT
 Europe/Sofia |EET-2EEST,M3.5.0/3,M10.5.0/4|e3at40|-d6dp80:5k0=EET,8c0!EEST,2s0=CET|-e6dzw0:5k0!CEST,2s0=CET|:5k0=EET,5ew=IMT,4bg=LMT
 Europe/Stockholm |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,2se=SET,3cc=LMT
 Europe/Tallinn |EET-2EEST,M3.5.0/3,M10.5.0/4|gruqg0|a1bbw0:5k0=EET,8c0!EEST|-fch1k0:8c0=MSK,b40!MSD,5k0!CEST,2s0=CET|-qrqd80:5k0=EET,4l0=TMT,2s0=CET|-1ayy790:5k0!CEST,2s0=CET,4l0=TMT|:4l0=LMT
 Europe/Tirane |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,3o8=LMT
 Europe/Ulyanovsk |<+04>-4|o4o580|lb4l80:8c0=+03,b40=+04|bchk00:b40!+04,8c0=+03,5k0=+02|b34fw0:8c0!+03|a1b940:8c0=+03,b40!+04|:b40=+04,dw0!+05,8c0=+03,8yo=LMT
 Europe/Vaduz |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,1rg=LMT
 Europe/Vienna |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,30x=LMT
 Europe/Vilnius |EET-2EEST,M3.5.0/3,M10.5.0/4|h807s0|fkg040:5k0=EET|eqk2s0:5k0!CEST,2s0=CET|a1bbw0:5k0=EET,8c0!EEST|-poyaw0:8c0=MSK,b40!MSD,5k0!CEST,2s0=CET|:5k0=EET,2s0=CET,4fc=KMT,3w0=WMT,4os=LMT
 Europe/Volgograd |MSK-3|qlyvs0|ne0t40:b40=+04,8c0=MSK|lb4l80:b40=MSK,8c0=MSK|blufs0:b40!MSD,8c0=MSK|atrek0:b40=+04,8c0=MSK|9il6g0:b40!MSD,8c0=MSK|:b40=+04,dw0!+05,8c0=+03,884=LMT
 Europe/Warsaw Poland |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|-ou36w0:2s0=CET,5k0!CEST|-qrqd80:5k0=EET,8c0!EEST|-1ayy6k0:5k0!CEST,2s0=CET,3w0=WMT|:3w0=LMT
 Europe/Zagreb |CET-1CEST,M3.5.0,M10.5.0/3|dp3xg0|:2s0=CET,5k0!CEST,2yg=LMT
 Factory |<-00>0|
 HST Pacific/Honolulu Pacific/Johnston US/Hawaii |HST10|-brzum0|-cq2tg0:-t60=HST,-qe0!HPT|-j3x0a0:-qe0!HWT,-t60=HST|:-qe0!HDT,-t60=HST,-t8e=LMT
 Indian/Antananarivo |EAT-3|-84yls0|:b40!EAST,8c0=EAT,8ss=LMT
 Indian/Chagos |<+06>-6|dkgss0|:dw0=+05,des=LMT
 Indian/Christmas |<+07>-7|-133iwws|:jks=LMT
 Indian/Cocos |<+0630>-6:30|-10j6sm4|:hy4=LMT
 Indian/Comoro |EAT-3|-uj8g0g|:80g=LMT
 Indian/Kerguelen |<+05>-5|-afrs00|:0=-00
 Indian/Mahe |<+04>-4|-wvp8xo|:a9o=LMT
 Indian/Maldives |<+05>-5|-57x6y0|-1ayyga0:dm0=MMT|:dm0=LMT
 Indian/Mauritius |<+04>-4|kh8ic0|:dw0!+05,b40=+04,anc=LMT
 Indian/Mayotte |EAT-3|-uj8gdk|:8dk=LMT
 Indian/Reunion |<+04>-4|-uks29s|:a9s=LMT
 Kwajalein Pacific/Kwajalein |<+12>-12|cc3yo0|:-xc0=-12,uk0=+11,p00=+09,rs0=+10,uzk=LMT
 NZ-CHAT Pacific/Chatham |<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45|jp4uw0|:zf0=+1245,1270!+1345,y10=+1215,xz0=LMT
 Pacific/Apia |<+13>-13|qqzqw0|:12w0!+14,1040=+13,-rs0!-10,-uk0=-11,-vy0=-1130,-vsw=LMT,yv4=LMT
 Pacific/Bougainville |<+11>-11|nh90g0|:rs0=+10,p00=+09,r8w=PMMT,st4=LMT
 Pacific/Chuuk |<+10>-10|-cqtd00|:p00=+09,rs0=+10,s3w=LMT,-12k4=LMT
 Pacific/Efate |<+11>-11|c1b2o0|:xc0!+12,uk0=+11,v64=LMT
 Pacific/Enderbury Pacific/Kanton |<+13>-13|d1o980|:-uk0=-11,-xc0=-12,0=-00
 Pacific/Fakaofo |<+13>-13|lx0jw0|:-uk0=-11,-vpk=LMT
 Pacific/Fiji |<+12>-12|qn15k0|:1040!+13,xc0=+12,x4w=LMT
 Pacific/Funafuti |<+12>-12|-100fais|:x6s=LMT
 Pacific/Galapagos |<-06>6|c1ylw0|8cmlw0:-dw0!-05,-go0=-06|:-dw0=-05,-glc=LMT
 Pacific/Gambier |<-09>9|-tvndoc|:-ozo=LMT
 Pacific/Guadalcanal Pacific/Ponape |<+11>-11|-tvowac|:tmc=LMT
 Pacific/Guam |ChST-10|g5z2w0|:rs0=GST,uk0!GDT,p00=+09,qt0=LMT,-13v0=LMT
 Pacific/Kiritimati |<+14>-14|d1o6g0|:-rs0=-10,-tmo=-1040,-t4w=LMT
 Pacific/Kosrae |<+11>-11|f4tw00|:xc0=+12,uk0=+11,p00=+09,rs0=+10,u6k=LMT,-10hg=LMT
 Pacific/Majuro |<+12>-12|-4r7w0|:uk0=+11,p00=+09,rs0=+10,vpc=LMT
 Pacific/Marquesas |<-0930>9:30|-tvncu0|:-pu0=LMT
 Pacific/Midway |SST11|-6yfw80|:-rs0!-10,-uk0=-11,-wug=LMT
 Pacific/Nauru |<+12>-12|4r4dm0|:vy0=+1130,p00=+09,uws=LMT
 Pacific/Niue |<-11>11|-2vdcio|:-vhc=-1120,-vgs=LMT
 Pacific/Norfolk |<+11>-11<+12>,M10.1.0,M4.1.0/3|ptwxg0|:uk0=+11,vy0=+1130,yq0!+1230,v40=+1112,v3s=LMT
 Pacific/Noumea |<+11>-11|e6ddo0|:xc0!+12,uk0=+11,uto=LMT
 Pacific/Pago_Pago Pacific/Samoa US/Samoa |SST11|-usij20|:-vm0=LMT,z20=LMT
 Pacific/Palau |<+09>-9|-100f28k|:owk=LMT,-15rg=LMT
 Pacific/Pitcairn |<-08>8|es2cy0|:-nm0=-0830,-o38=LMT
 Pacific/Pohnpei |<+11>-11|-cqtd00|:p00=+09,rs0=+10,uk0=+11,tas=LMT,-11d8=LMT
 Pacific/Port_Moresby Pacific/Truk Pacific/Yap |<+10>-10|-1354j8w|:r8w=PMMT,r94=LMT
 Pacific/Rarotonga |<-10>10|b1pee0|:-qe0!-0930,-rs0=-10,-t60=-1030,-tl4=LMT,112w=LMT
 Pacific/Saipan |ChST-10|g5z2w0|:rs0=GST,uk0!GDT,p00=+09,qzo=LMT,-13oc=LMT
 Pacific/Tahiti |<-10>10|-tvnayw|:-rp4=LMT
 Pacific/Tarawa |<+12>-12|-100f9dg|:w1g=LMT
 Pacific/Tongatapu |<+13>-13|ojrtg0|:12w0!+14,1040=+13,y9c=+1220,y80=LMT
 Pacific/Wake |<+12>-12|-100f86s|:uus=LMT
 Pacific/Wallis |<+12>-12|-100fbdk|:y1k=LMT
`

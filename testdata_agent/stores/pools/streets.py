"""Names of streets for locales whose addresses Faker has none for: common ones of the country, put together by hand."""

from collections.abc import Mapping
from typing import Final

_BY_LOCALES: Final[Mapping[str, str]] = {
    "am_ET": ("ቦሌ መንገድ; ቸርችል ጎዳና; አፍሪካ ጎዳና; አርበኞች ጎዳና; ምኒልክ ጎዳና; ቴዎድሮስ ጎዳና"),
    "ar_AA ar_AE ar_BH ar_EG ar_JO ar_PS ar_SA": (
        "شارع الجامعة; شارع السلام; شارع الاستقلال; شارع النصر; شارع الوحدة; شارع الزهور; شارع النخيل; "
        "شارع المدينة; شارع المستشفى; شارع السوق; شارع المطار; شارع البحر; شارع الحرية; شارع القدس"
    ),
    "bg_BG": (
        "ул. Васил Левски; бул. Христо Ботев; ул. Иван Вазов; ул. Шипка; ул. Опълченска; бул. България; "
        "ул. Цар Симеон; ул. Граф Игнатиев; ул. Пирин; ул. Раковски; ул. Александър Стамболийски; ул. Рила"
    ),
    "bs_BA": (
        "Maršala Tita; Zmaja od Bosne; Ferhadija; Alipašina; Školska; Omladinska; Hamdije Kreševljakovića; "
        "Mula Mustafe Bašeskije; Branilaca Sarajeva; Kralja Tvrtka"
    ),
    "sr_BA": (
        "Краља Петра; Видовданска; Карађорђева; Школска; Његошева; Светосавска; Краља Александра; "
        "Цара Душана; Змај Јовина"
    ),
    "en_KE": (
        "Kenyatta Avenue; Moi Avenue; Kimathi Street; Ngong Road; Mombasa Road; Haile Selassie Avenue; "
        "Tom Mboya Street; Biashara Street; Koinange Street; Oginga Odinga Street"
    ),
    "en_NG ha_NG ig_NG ng_NG yo_NG": (
        "Broad Street; Awolowo Road; Ahmadu Bello Way; Allen Avenue; Herbert Macaulay Way; "
        "Nnamdi Azikiwe Street; Aba Road; Hospital Road; Station Road; Market Road"
    ),
    "en_PK": (
        "Shahrah-e-Faisal; Jinnah Road; Mall Road; Jail Road; Ferozepur Road; Murree Road; University Road; "
        "Liaquat Road; Station Road; Allama Iqbal Road"
    ),
    "en_TH": (
        "Sukhumvit Road; Silom Road; Rama IV Road; Ratchadaphisek Road; Phahonyothin Road; Sathon Road; "
        "Charoen Krung Road; Phetchaburi Road; Nimmanhaemin Road; Mittraphap Road"
    ),
    "et_EE": (
        "Pikk tänav; Narva maantee; Pärnu maantee; Tartu maantee; Kooli tänav; Kase tänav; Tamme tänav; "
        "Pargi tänav; Aia tänav; Metsa tänav; Raua tänav; Lai tänav; Kesk tänav"
    ),
    "ga_IE": (
        "Sráid Uí Chonaill; Sráid na Siopaí; Bóthar na Mara; Bóthar na Trá; Sráid an Chaisleáin; "
        "An tSráid Mhór; Sráid an Droichid; Bóthar na Scoile; Sráid an Mhargaidh"
    ),
    "gu_IN": ("મહાત્મા ગાંધી માર્ગ; સરદાર પટેલ રોડ; આશ્રમ રોડ; સ્ટેશન રોડ; રિંગ રોડ; કોલેજ રોડ; ગાંધી રોડ"),
    "is_IS": (
        "Laugavegur; Skólavörðustígur; Hverfisgata; Bankastræti; Austurstræti; Hringbraut; Suðurgata; "
        "Ægisgata; Njálsgata; Aðalgata; Hafnargata; Strandgata"
    ),
    "la": ("Via Sancti Petri; Via Pia; Via Sacra; Via Fundamenti"),
    "lb_LU": (
        "Grand-Rue; Avenue de la Liberté; Boulevard Royal; Rue du Fossé; Avenue de la Gare; Route d'Esch; "
        "Route de Longwy; Rue de l'Église; Rue des Prés"
    ),
    "lt_LT": (
        "Gedimino prospektas; Laisvės alėja; Vytauto gatvė; Vilniaus gatvė; Kauno gatvė; Mokyklos gatvė; "
        "Sodų gatvė; Parko gatvė; Liepų gatvė; Taikos prospektas; Birutės gatvė; Žalgirio gatvė"
    ),
    "lv_LV": (
        "Brīvības iela; Krišjāņa Barona iela; Lāčplēša iela; Skolas iela; Rīgas iela; Dārza iela; "
        "Parka iela; Liepu iela; Ozolu iela; Jūras iela; Raiņa iela; Stacijas iela"
    ),
    "mt_MT": (
        "Triq ir-Repubblika; Triq il-Merkanti; Triq il-Kbira; Triq San Pawl; Triq Santa Luċija; "
        "Triq it-Torri; Triq San Ġużepp; Triq il-Knisja"
    ),
    "or_IN": ("ଷ୍ଟେସନ ରୋଡ; ମହାତ୍ମା ଗାନ୍ଧୀ ମାର୍ଗ; ବିଜୁ ପଟ୍ଟନାୟକ ମାର୍ଗ; କଲେଜ ରୋଡ; ବଜାର ରୋଡ"),
    "si_LK": ("ගාලු පාර; මහනුවර පාර; ප්‍රධාන වීදිය; දුම්රියපොළ පාර; පන්සල පාර; වෙරළ පාර"),
    "sq_AL": (
        "Rruga e Kavajës; Rruga e Durrësit; Rruga e Elbasanit; Rruga Myslym Shyri; Rruga Sami Frashëri; "
        "Rruga e Barrikadave; Rruga Naim Frashëri; Rruga Ismail Qemali"
    ),
    "sw": (
        "Barabara ya Uhuru; Barabara ya Nyerere; Mtaa wa Lumumba; Barabara ya Morogoro; Barabara ya Kituo; "
        "Mtaa wa Soko; Barabara ya Bandari"
    ),
    "tr_TR": (
        "Atatürk Caddesi; Cumhuriyet Caddesi; İstiklal Caddesi; İnönü Caddesi; Gazi Bulvarı; Fatih Sokak; "
        "Lale Sokak; Gül Sokak; Çınar Sokak; Menekşe Sokak; Okul Sokak; Zafer Caddesi; Mimar Sinan Caddesi; "
        "Yunus Emre Caddesi; Barış Sokak"
    ),
    "tw_GH": (
        "Independence Avenue; Liberation Road; Ring Road Central; Kwame Nkrumah Avenue; Spintex Road; "
        "High Street; Castle Road; Hospital Road"
    ),
    "uz_UZ": (
        "Amir Temur koʻchasi; Navoiy koʻchasi; Mustaqillik koʻchasi; Bogʻishamol koʻchasi; "
        "Istiqlol koʻchasi; Bobur koʻchasi; Beruniy koʻchasi; Doʻstlik koʻchasi"
    ),
}

#: Streets by locale.
STREETS: Final[Mapping[str, tuple[str, ...]]] = {
    locale: tuple(names.split("; ")) for locales, names in _BY_LOCALES.items() for locale in locales.split()
}

// Material's search worker with our own idea of what is the same word. The address after # is
// Material's script, fetched with the first search. Index and query go through fold(); a word of the
// index also stands for the other words of its group in config.synonyms.
{
  const SETUP = 0, QUERY = 2
  const JOINERS = /[\u200c\u200d]/g
  const BANGLA = /^[\u0980-\u09ff]+$/
  const HINDI = /^[\u0900-\u097f]+$/
  // Long vowels, ণ, ষ and chandrabindu are what people spell otherwise.
  const fold_bangla = word => word.replace(/ী/g, "ি").replace(/ূ/g, "ু").replace(/ণ/g, "ন").replace(/ষ/g, "স").replace(/ঁ/g, "")
  // Nukta, chandrabindu and half nasals: फाइल is फ़ाइल, पहुंच is पहुँच, हिंदी is हिन्दी.
  const fold_hindi = word => word.replace(/\u093c/g, "").replace(/ँ/g, "ं").replace(/[ङञणनम]्(?=[क-मशषस])/g, "ं")
  const fold = word => {
    const plain = word.toLowerCase().normalize("NFC").replace(JOINERS, "")
    return BANGLA.test(plain) ? fold_bangla(plain) : HINDI.test(plain) ? fold_hindi(plain) : plain
  }
  // After folding: the endings of Bangla (language note on rule 10) and of Hindi nouns.
  const ENDING_BANGLA = /(?:(?:গুলো|গুলি|টি|টা|টুকু|দের|রা)?(?:কে|তে|র|য়)?(?:ও|ই)?|(?:য়ের|ের|য়ে|ে)(?:ও|ই)?)$/
  const ENDING_HINDI = /(?:ियों|ियां|ियाँ|ाओं|ाएं|ुओं|ुएं|ओं|एं|ों|ें|ी|े|ा|ि)$/
  const ENDING_ENGLISH = /(?<=^[a-z]{2,})(?:ies|es|s|y)$/
  const stem = word => {
    const ending = BANGLA.test(word) ? ENDING_BANGLA : HINDI.test(word) ? ENDING_HINDI : ENDING_ENGLISH
    const cut = word.replace(ending, "")
    return [...cut].length >= 3 ? cut : word
  }

  let synonyms = new Map()
  const learn = groups => {
    synonyms = new Map()
    for (const group of groups) {
      const words = group.map(fold)
      for (const word of words) synonyms.set(stem(word), new Set([...synonyms.get(stem(word)) ?? [], ...words]))
    }
  }
  const expand = token => {
    const word = fold(token.toString())
    const words = new Set([word, ...synonyms.get(stem(word)) ?? []])
    return [...words].map(each => token.clone(() => each))
  }

  // What lunr would read as an operator separates words here: whole error messages can be pasted.
  const mend = query => query
    .normalize("NFC")
    .replace(/[\s\-\u2013\u2014,:;!?=\[\](){}"'`“”‘’/|\\<>।॥.*+^~&#@$%]+/g, " ")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(word => stem(fold(word)))
    .join(" ")

  let handle = null
  const start = () => {
    const listen = self.addEventListener
    self.addEventListener = (type, handler) => { handle = handler }
    importScripts(new URL(location.hash.slice(1), location.href))
    self.addEventListener = listen
    lunr.trimmer = expand // the one step of lunr's pipeline that config keeps
    lunr.Pipeline.registerFunction(expand, "setu")
    const { search } = lunr.Index.prototype
    lunr.Index.prototype.search = function (query) {
      const results = search.call(this, query)
      for (const { matchData } of results) mark_once(Object.values(matchData.metadata))
      return results
    }
  }
  // Two words of a group may match at one place: it must not be marked twice.
  const mark_once = matches => {
    const seen = {}
    for (const fields of matches) {
      for (const [name, field] of Object.entries(fields)) {
        seen[name] ??= new Set()
        // The object itself may belong to the index.
        const position = field.position.filter(place => !seen[name].has(place) && seen[name].add(place))
        fields[name] = { ...field, position }
      }
    }
  }
  addEventListener("message", event => {
    const message = event.data
    if (!handle) start()
    if (message.type === SETUP) learn(message.data.config.synonyms)
    handle({ data: message.type === QUERY ? { ...message, data: mend(message.data) } : message })
  })
}

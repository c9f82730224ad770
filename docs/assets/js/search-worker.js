// Material's search worker with our own idea of what is the same word. The address after # is
// Material's script. Index and query go through fold(); a word of the index also stands for the
// other words of its group in config.synonyms.
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
  const ENDING_ENGLISH = /(?:'s|ies|es|s|y)$/
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
    .map(word => /^[\u0900-\u09ff\u200c\u200d]+$/.test(word) ? stem(fold(word)) : fold(word))
    .join(" ")

  const listen = addEventListener.bind(self)
  self.addEventListener = (type, handler) => listen(type, event => {
    const message = event.data
    if (message?.type === SETUP) learn(message.data.config.synonyms)
    if (message?.type === QUERY) return handler({ data: { ...message, data: mend(message.data) } })
    return handler(event)
  })
  importScripts(new URL(location.hash.slice(1), location.href))
  self.addEventListener = listen
  lunr.trimmer = expand // the one step of lunr's pipeline that config keeps
  lunr.Pipeline.registerFunction(expand, "setu")
}

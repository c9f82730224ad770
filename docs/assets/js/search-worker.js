// Material's search worker with our own idea of what is the same word. The address after # is
// Material's script, fetched when the reader turns to the search. The index comes in two parts: its
// titles, so that there is a first answer soon, then all of it. Index and query go through fold(); a word of the
// index also stands for the other words of its group in config.synonyms. What is found is put in our
// own order: a term's entry in the glossary first, then pages that say the very words in a row.
{
  const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3 // Material's
  const START = 4, WHOLE = 5 // our own: see before.js
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
  const SEPARATOR = /[\s\-\u2013\u2014,:;!?=\[\](){}"'`“”‘’/|\\<>।॥.*+^~&#@$%]+/g
  // Endings that are written apart, after Latin words and in Hindi.
  const APART = new Set("s এর এ র তে কে ও ই য়ের য়ে में को के का की से पर ने".normalize("NFC").split(" "))
  const foldedOf = text => {
    const words = text.normalize("NFC").replace(SEPARATOR, " ").trim().split(" ").filter(Boolean)
    const names = words.filter((word, index) => !index || !APART.has(word))
    return names.map(fold)
  }
  const wordsOf = text => foldedOf(text).map(stem)

  // --- the order of what was found

  const IN_A_ROW = 1e6 // more than any score of lunr: what says the very words comes first
  let docs = new Map()
  let entries = new Map()
  // A term and what it is with any ending: endings are taken off until none is left. লকে is লক-এ,
  // though কে is an ending as well.
  const ENDING_SHORT = /ে$/
  const without = (words, ending) => {
    const last = words.split(" ").at(-1)
    const cut = last.replace(ending, "")
    return cut !== last && [...cut].length >= 2 ? words.slice(0, -last.length) + cut : null
  }
  const bare = words => {
    const ending = BANGLA.test(words.at(-1)) ? ENDING_BANGLA : HINDI.test(words.at(-1)) ? ENDING_HINDI : /(?:ies|es|s|y|e)$/
    const cut = without(words, ending)
    return cut ? bare(cut) : words
  }
  const namesOf = text => {
    const folded = foldedOf(text)
    const stems = folded.map(stem)
    const whole = [...stems.slice(0, -1), ...folded.slice(-1)].join(" ")
    return [stems.join(" "), bare(stems.join(" ")), whole]
  }
  const entriesOf = text => {
    const names = namesOf(text)
    return [...names, without(names.at(-1), ENDING_SHORT)].map(each => entries.get(each)).find(Boolean) ?? new Set()
  }
  const remember = index => {
    docs = new Map(index.docs.map(doc => [doc.location, { doc }]))
    entries = new Map()
    for (const [place, names] of Object.entries(index.config.entries)) {
      for (const name of names) {
        for (const each of new Set(namesOf(name))) {
          entries.set(each, new Set([...entries.get(each) ?? [], place]))
        }
      }
    }
  }
  const plain = text => text.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&").replace(/\s+/g, " ")
  const known = location => {
    const found = docs.get(location)
    found.text ??= plain(`${found.doc.title} ${found.doc.text}`)
    return found
  }
  const inRow = location => {
    const found = known(location)
    found.words ??= ` ${wordsOf(found.text).join(" ")} `
    return found.words
  }
  /** From 0 to 1: how much of the query stands in a row in a section. */
  const share = (location, query, pairs) => {
    if (/\W/.test(query) && known(location).text.includes(query)) return 1
    return pairs.length < 2 ? 0 : pairs.filter(pair => inRow(location).includes(` ${pair} `)).length / pairs.length
  }
  const inOrder = (items, text) => {
    const query = text.replace(/\s+/g, " ").trim()
    const words = wordsOf(query)
    const pairs = words.slice(1).map((word, index) => `${words[index]} ${word}`)
    const explained = entriesOf(query)
    for (const location of explained) {
      const page = docs.get(location.split("#")[0])
      if (!page || items.some(group => group.some(each => each.location === location))) continue
      const group = items.find(each => each.some(({ location: at }) => at === page.doc.location))
      const entry = { ...docs.get(location).doc, score: 0, terms: {} }
      if (group) group.push(entry)
      else items.push([entry, { ...page.doc, score: 0, terms: {} }])
    }
    const score = each => explained.has(each.location) ? Infinity : each.score + IN_A_ROW * share(each.location, query, pairs) ** 2
    const scored = items.map(group => {
      const scores = new Map(group.map(each => [each, score(each)]))
      group.sort((one, other) => scores.get(other) - scores.get(one) || 0)
      return { group, best: scores.get(group[0]) }
    })
    scored.sort((one, other) => other.best - one.best || 0)
    return scored.map(({ group }) => group)
  }

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
  // Each word costs, and a whole traceback has hundreds: what happened is said by its last error.
  const MOST_WORDS = 30
  const ERROR = /(?:\b[a-z_]\w*\.)+[A-Z]\w+: |\b[A-Z]\w*(?:Error|Exception|Warning|Greenlet): /g
  const essence = text => {
    const words = text.trim().split(/\s+/)
    if (words.length <= MOST_WORDS) return text
    const error = [...text.matchAll(ERROR)].at(-1)
    return (error ? text.slice(error.index).split(/\s+/).slice(0, MOST_WORDS) : words.slice(-MOST_WORDS)).join(" ")
  }
  let asked = ""
  const query = () => handle({ data: { type: QUERY, data: wordsOf(asked).join(" ") } })
  const setUp = index => {
    learn(index.config.synonyms)
    remember(index)
    handle({ data: { type: SETUP, data: index } })
  }

  // --- the rest of the index, once its titles can be searched

  let rest = null
  const complete = () => {
    rest = null
    postMessage({ type: WHOLE })
    if (asked) query()
  }
  const fetchRest = async ({ place, options }) => {
    try {
      const answer = await fetch(new URL(place, location.href))
      const index = await answer.json()
      rest.ready = true
      setUp({ ...index, options })
    } catch { complete() } // without a network the titles are better than nothing
  }

  const { postMessage } = self
  self.postMessage = message => {
    if (message.type === RESULT) {
      message.data.items = inOrder(message.data.items, asked)
      if (rest && !message.data.items.length) return // it may be in the rest
    }
    if (message.type === READY && rest?.ready) return complete()
    postMessage(message)
    if (message.type === READY && rest) fetchRest(rest)
  }
  addEventListener("message", event => {
    const message = event.data
    if (!handle) start()
    if (message.type === SETUP) {
      const { config, options } = message.data
      if (config.whole) rest = { place: config.whole, options, ready: false }
      setUp(message.data)
    } else if (message.type === QUERY) {
      asked = essence(message.data)
      query()
    } else if (message.type !== START) handle({ data: message })
  })
}

// One client asks one thing: node ask.mjs CLIENT BASE KEY TEXT. What came of it is printed as JSON.
import {createRequire} from "node:module";

const [client, base, key, text] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const asked = {comment: {text}, requestedAttributes: {TOXICITY: {}}, doNotStore: true};

async function akismet() {
  const {Author, Blog, Client, Comment} = await import("@cedx/akismet");
  const blog = new Blog({url: "https://news.example/"});
  const service = new Client(key, blog, {baseUrl: base});
  const author = new Author({ipAddress: "192.0.2.1", name: "Ada"});
  const comment = new Comment({author, content: text});
  const good = await service.verifyKey();
  const found = await service.checkComment(comment);
  await service.submitSpam(comment);
  await service.submitHam(comment);
  return {good, spam: found !== "ham" && found !== 0, found};
}

async function googleapis() {
  const {google} = await import("googleapis");
  const service = await google.discoverAPI(`${base}/$discovery/rest?version=v1alpha1`);
  const {data} = await service.comments.analyze({key, resource: asked});
  return data;
}

async function openai() {
  const {default: OpenAI} = await import("openai");
  const service = new OpenAI({apiKey: key, baseURL: `${base}/v1`, maxRetries: 0});
  return service.moderations.create({input: text});
}

async function perspective() {
  // Its address is a constant; the library that it sends with can be told another.
  const Perspective = require("perspective-api-client");
  const inside = createRequire(require.resolve("perspective-api-client"));
  inside("axios").interceptors.request.use((config) => {
    config.url = config.url.replace("https://commentanalyzer.googleapis.com", base);
    return config;
  });
  return new Perspective({apiKey: key}).analyze(text);
}

const clients = {akismet, googleapis, openai, perspective};
try {
  console.log(JSON.stringify({answer: await clients[client]()}));
} catch (error) {
  console.log(JSON.stringify({error: String(error.message ?? error)}));
}

// Firebase's own Auth emulator (from firebase-tools), without the rest of the suite, and with its users kept.
//   node firebase_auth.cjs FIREBASE_TOOLS_FOLDER HOST PORT PROJECT STATE_FILE
const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");

const SAVE_EVERY_MS = 1_000;
const OWNER = { Authorization: "Bearer owner", "Content-Type": "application/json" };
const [folder, host, port, project, stateFile] = process.argv.slice(2);

const fromTools = createRequire(path.join(folder, "package.json"));
const exegesis = fromTools("exegesis-express");
const { middleware } = exegesis;
// The emulator compiles the schemas of all of Identity Toolkit at start (8 s); lazily it takes 1 s.
exegesis.middleware = (api, options) =>
  middleware(api, { ...options, lazyCompileValidationSchemas: true });
const { createApp } = fromTools("./lib/emulator/auth/server");

const origin = `http://${host}:${port}`;
const accounts = `${origin}/identitytoolkit.googleapis.com/v1/projects/${project}/accounts`;
let saved = "";

async function call(url, method, body) {
  const reply = await fetch(url, { method, headers: OWNER, body });
  const text = await reply.text();
  if (!reply.ok && !text.includes("MISSING_USER_ACCOUNT")) {
    throw new Error(`${method} ${url}: ${reply.status} ${text}`);
  }
  return text;
}

async function restore() {
  if (fs.existsSync(stateFile)) {
    saved = fs.readFileSync(stateFile, "utf8");
    await call(`${accounts}:batchCreate`, "POST", saved);
  }
}

async function save() {
  const users = await call(`${accounts}:batchGet?maxResults=-1`, "GET");
  if (users !== saved) {
    fs.writeFileSync(`${stateFile}.new`, users, { mode: 0o600 });
    fs.renameSync(`${stateFile}.new`, stateFile);
    saved = users;
  }
}

async function main() {
  const app = await createApp(project);
  // Known only once the users are back: nobody may sign in before.
  let ready = false;
  const gate = fromTools("express")();
  gate.get("/healthz", (_, response) => response.status(ready ? 200 : 503).end());
  gate.use(app);
  const server = gate.listen(Number(port), host);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  await restore();
  ready = true;
  const timer = setInterval(() => save().catch(console.error), SAVE_EVERY_MS);
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, async () => {
      clearInterval(timer);
      await save().catch(console.error);
      process.exit(0);
    });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});

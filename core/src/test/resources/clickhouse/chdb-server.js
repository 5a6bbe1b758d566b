// The engine of ClickHouse (npm package chdb) behind as much of its HTTP interface as the tests use.
//
//   node chdb-server.js MODULES DATA PORT     MODULES: where chdb is installed; DATA: a folder; PORT: 0 for a free one
//
// Listens on 127.0.0.1 and prints the port. Query parameters are settings, but for those of OURS.
// /fault?how=HOW&at=N&times=T makes the next T answers in Native or ArrowStream fail after N bytes:
//   cut          the connection ends
//   throw        an exception's text, then the connection ends
//   throw-whole  an exception's text, then the answer ends like a whole one, as old servers do
//   stop         the answer ends like a whole one, with the block that reaches N bytes
// /statement-fault?how=HOW&like=REGEX&skip=S&times=T makes T statements that REGEX finds, after the first S, end in another way:
//   refused      an error of the network within a cluster; it is not done
//   cut          the connection ends; it is not done
//   lost         it is done, and the connection ends without an answer
//   late         the connection ends; it is done half a second later
//   held         it is done, and answered, after /release
// /statement-faults-left tells how many have not done so yet, /late-statements how many are late or held.
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const [modules, data, port] = process.argv.slice(2);
const { Session } = require(require.resolve('chdb', { paths: [modules] }));

const OURS = new Set(['query', 'default_format', 'query_id', 'database', 'user', 'password', 'compress', 'decompress',
  'client_protocol_version', 'wait_end_of_query', 'role', 'session_id']);
// Documents of these formats can be written one after the other; the engine makes one of every block.
const STREAMED = new Set(['Native', 'TabSeparated', 'TSVRaw', 'RowBinary', 'JSONEachRow']);
// Formats that have a head before the documents of another one.
const HEADED = { RowBinaryWithNamesAndTypes: 'RowBinary' };
const BLOCKS = new Set(['Native', 'ArrowStream']);
const EXCEPTION = 'Code: 395. DB::Exception: Value passed to throwIf function is non-zero. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)';

const keeper = new Session(data);       // the engine lives as long as one session does
const users = new Map();                // name -> password; without any everyone may come in
let fault = { times: 0 };
let statementFault = { times: 0 };
let late = 0;
let release = () => {};
let bodies = 0;

function read(request) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece)).on('error', reject);
    request.on('end', () => resolve(Buffer.concat(pieces)));
  });
}

function credentials(request, parameters) {
  const basic = /^Basic (.*)$/.exec(request.headers.authorization || '');
  const [user, ...password] = basic ? Buffer.from(basic[1], 'base64').toString().split(':') : [];
  return [user || request.headers['x-clickhouse-user'] || parameters.get('user') || 'default',
    password.join(':') || request.headers['x-clickhouse-key'] || parameters.get('password') || ''];
}

function refuse(response, error) {
  const message = String(error.message || error).replace(/^Error: /, '');
  const code = Number((/Code: (\d+)/.exec(message) || [])[1] || 1000);
  response.writeHead(code === 516 ? 403 : code === 60 || code === 81 ? 404 : 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(message + '\n');
}

function ended(response) {
  return new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
}

class Failed extends Error {}

// Sends what comes, and waits for whoever reads; fails where it is told to.
class Answer {
  constructor(response, format) {
    const fails = BLOCKS.has(format) && fault.times-- > 0;
    this.response = response;
    this.left = fails ? fault.at : Infinity;
    this.how = fault.how;
  }

  async send(bytes) {
    if (this.response.destroyed) throw new Failed('the client is gone');
    const fails = bytes.length >= this.left;
    const sent = fails && this.how !== 'stop' ? bytes.subarray(0, this.left) : bytes;
    this.left -= bytes.length;
    if (sent.length && !this.response.write(sent)) await ended(this.response);
    if (fails) await this.fail();
  }

  async fail() {
    const response = this.response;
    if (this.how.startsWith('throw')) response.write(`\r\n__exception__\r\n${EXCEPTION}\r\n__exception__\r\n`);
    if (this.how === 'stop' || this.how === 'throw-whole') response.end();
    else setTimeout(() => response.destroy(), 50);      // what was written is to arrive
    throw new Failed(this.how);
  }
}

// Whether a statement ends in the way that a test asked for.
function failing(sql) {
  if (statementFault.times <= 0 || !statementFault.like.test(sql)) return false;
  if (statementFault.skip-- > 0) return false;
  return statementFault.times-- > 0;
}

function statement(parameters, body) {
  const query = parameters.get('query');
  // The rows of an INSERT are bytes; the engine takes them from a file.
  const insert = /^([^]*)\bFORMAT\s+(\w+)\s*$/i.exec(query || '');
  if (body.length && insert && /^\s*INSERT\b/i.test(query)) {
    const file = path.join(data, `..`, `body-${bodies++}`);
    fs.writeFileSync(file, body);
    return { sql: `${insert[1]} FROM INFILE '${file}' FORMAT ${insert[2]}`, done: () => fs.unlinkSync(file) };
  }
  return { sql: [query, body.toString()].filter(Boolean).join('\n'), done: () => {} };
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost');
  const parameters = url.searchParams;
  if (url.pathname === '/ping') return response.end('Ok.\n');
  if (url.pathname === '/fault') {
    fault = { how: parameters.get('how'), at: Number(parameters.get('at')), times: Number(parameters.get('times')) };
    return response.end();
  }
  if (url.pathname === '/statement-fault') {
    statementFault = { how: parameters.get('how'), like: new RegExp(parameters.get('like'), 's'),
      skip: Number(parameters.get('skip')), times: Number(parameters.get('times')) };
    return response.end();
  }
  if (url.pathname === '/statement-faults-left') return response.end(String(statementFault.times));
  if (url.pathname === '/release') {
    release();
    return response.end();
  }
  if (url.pathname === '/late-statements') return response.end(String(late));
  const { sql, done } = statement(parameters, await read(request));
  try {
    await authorized(request, response, parameters, sql);
  } finally {
    done();
  }
}

async function authorized(request, response, parameters, sql) {
  const [user, password] = credentials(request, parameters);
  if (users.size && users.get(user) !== password) {
    throw new Error(`Code: 516. DB::Exception: ${user}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`);
  }
  const login = /^\s*CREATE USER (\w+) IDENTIFIED BY '(\w*)'\s*$/.exec(sql);
  if (login) {
    users.set(login[1], login[2]);
    return response.end();
  }
  if (parameters.get('compress') === '1') throw new Error('Code: 48. DB::Exception: this server has no compression');

  const how = failing(sql) ? statementFault.how : 'done';
  if (how === 'refused') throw new Error('Code: 279. DB::Exception: All connection tries failed. (ALL_CONNECTION_TRIES_FAILED)');
  if (how === 'cut' || how === 'late') response.destroy();
  if (how === 'cut') return;
  if (how === 'late' || how === 'held') {
    late++;
    await new Promise((resolve) => how === 'held' ? (release = resolve) : setTimeout(resolve, 500));
  }
  const session = new Session(data);
  try {
    const database = parameters.get('database');
    if (database && database !== 'default') await session.queryAsync('USE `' + database + '`');
    for (const [name, value] of parameters) {
      if (!OURS.has(name)) await session.queryAsync(`SET ${name} = '${value.replace(/[\\']/g, '\\$&')}'`);
    }
    const format = (/\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql) || [])[1]
      || request.headers['x-clickhouse-format'] || parameters.get('default_format') || 'TabSeparated';
    const out = new Answer(response, format);
    response.setHeader('X-ClickHouse-Format', format);
    response.setHeader('X-ClickHouse-Server-Display-Name', 'chdb');
    if ((STREAMED.has(format) || HEADED[format]) && /^\s*(SELECT|WITH)\b/i.test(sql)) {
      if (HEADED[format]) {
        const head = (await session.queryAsync(`SELECT * FROM (${sql}) LIMIT 0`, { format })).bytes();
        await out.send(Buffer.from(head.buffer, head.byteOffset, head.byteLength));
      }
      for await (const block of session.queryStream(sql, { format: HEADED[format] || format })) {
        const raw = block.raw();
        await out.send(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
      }
    } else {
      const raw = (await session.queryAsync(sql, { format })).bytes();
      if (how === 'lost') return response.destroy();
      await out.send(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
    }
    response.end();
  } finally {
    session.close();
    if (how === 'late' || how === 'held') late--;
  }
}

const server = http.createServer((request, response) => {
  response.on('error', () => {});
  answer(request, response).catch(async (error) => {
    if (error instanceof Failed || response.destroyed) return;
    if (!response.headersSent) return refuse(response, error);
    response.write(`\r\n__exception__\r\n${error.message}\r\n__exception__\r\n`);
    setTimeout(() => response.destroy(), 50);
  });
});
server.requestTimeout = 0;
server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();      // ends with the test that started it

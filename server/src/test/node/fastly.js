// Asks a server by Fastly's own client library, and prints what it was told, one JSON object a line.
// node fastly.js URL TOKEN KEY.PEM
'use strict';
const fs = require('fs');
const Fastly = require('fastly');

const [url, token, keyFile] = process.argv.slice(2);
const client = Fastly.ApiClient.instance;
client.authenticate(token);
const build = client.buildUrl;
// The library knows one host; everything after it is its own.
client.buildUrl = (path, parameters, allowed) => build.call(client, path, parameters, allowed, url);

const requests = new Fastly.TlsCsrsApi();
const keys = new Fastly.TlsPrivateKeysApi();
const tell = value => console.log(JSON.stringify(value));
const ask = attributes => requests.createCsr({ tls_csr: { data: { type: 'csr', attributes } } });
const refusal = failure => ({ status: failure.status, body: failure.response.body, text: failure.response.text });

async function main() {
  tell(await ask({ sans: ['client.example.com'], common_name: 'client.example.com', key_type: 'ECDSA256' }));
  const key = await keys.createTlsKey({
    tls_private_key: { data: { type: 'tls_private_key', attributes: { key: fs.readFileSync(keyFile, 'utf8'), name: 'mine' } } },
  });
  tell(key);
  tell(await ask({ sans: ['own.example.com'], 'relationships.tls_private_key.id': key.data.id }));
  tell(await keys.listTlsKeys({ page_size: 1 }));
  tell(await keys.getTlsKey({ tls_private_key_id: key.data.id }));
  tell(await ask({ sans: ['a.example.com'], key_type: 'RSA1' }).catch(refusal));
  tell(await keys.deleteTlsKey({ tls_private_key_id: key.data.id }).catch(refusal));
}

main().catch(failure => {
  console.error(failure);
  process.exit(1);
});

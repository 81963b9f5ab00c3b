// An app with an Agent of its own, over which it asks twice on one connection.
const https = require('https');

const agent = new https.Agent({ keepAlive: true, maxSockets: 1, minVersion: 'TLSv1.2' });
const options = { agent, headers: { Authorization: 'Bearer sk_test_demo' } };

function get() {
  return new Promise((resolve, reject) => {
    https.get('https://api.amps.ai/battery', options, (answer) => {
      let body = '';
      answer.on('data', (piece) => { body += piece; });
      answer.on('end', () => resolve([answer.statusCode, answer.headers['x-sandbox'], JSON.parse(body)]));
    }).on('error', reject);
  });
}

get().then(get).then((answer) => {
  agent.destroy();
  console.log(JSON.stringify(answer));
});

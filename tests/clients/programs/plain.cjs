// Plain HTTP, as an app with a slip in its address would.
const http = require('http');

const options = { headers: { Authorization: 'Bearer sk_test_demo' } };
http.get('http://api.amps.ai/battery', options, (answer) => {
  let body = '';
  answer.on('data', (piece) => { body += piece; });
  answer.on('end', () => {
    console.log(JSON.stringify([answer.statusCode, answer.headers['x-sandbox'], JSON.parse(body)]));
  });
});

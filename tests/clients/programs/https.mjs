import { get } from 'node:https';

const options = { headers: { Authorization: 'Bearer sk_test_demo' } };
get('https://api.amps.ai/battery', options, (answer) => {
  let body = '';
  answer.on('data', (piece) => { body += piece; });
  answer.on('end', () => {
    console.log(JSON.stringify([answer.statusCode, answer.headers['x-sandbox'], JSON.parse(body)]));
  });
});

import http2 from 'node:http2';

const session = http2.connect('https://api.amps.ai');
const stream = session.request({ ':path': '/battery', authorization: 'Bearer sk_test_demo' });
let headers;
let body = '';
stream.setEncoding('utf8');
stream.on('response', (received) => { headers = received; });
stream.on('data', (piece) => { body += piece; });
stream.on('end', () => {
  session.close();
  console.log(JSON.stringify([headers[':status'], headers['x-sandbox'], JSON.parse(body)]));
});

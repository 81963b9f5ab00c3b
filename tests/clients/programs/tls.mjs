// A named import of the lowest level, with no server name given: the app speaks HTTP itself.
import { connect } from 'node:tls';

const socket = connect(443, 'api.amps.ai', () => {
  socket.write('GET /battery HTTP/1.1\r\nHost: api.amps.ai\r\nAuthorization: Bearer sk_test_demo\r\nConnection: close\r\n\r\n');
});
let text = '';
socket.setEncoding('utf8');
socket.on('data', (piece) => { text += piece; });
socket.on('end', () => {
  const [head, body] = text.split('\r\n\r\n');
  const status = Number(head.split(' ')[1]);
  const [, sandbox] = /^x-sandbox: *(.*)$/im.exec(head);
  console.log(JSON.stringify([status, sandbox, JSON.parse(body)]));
});

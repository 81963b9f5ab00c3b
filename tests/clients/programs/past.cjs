// Without the preload Node 20 goes to the host itself, and here holds on to the connection for a while.
const tls = require('tls');
const socket = require('net').connect(443, 'api.amps.ai', () => setTimeout(() => socket.destroy(), 300));
socket.on('error', () => {});
socket.on('end', () => {});

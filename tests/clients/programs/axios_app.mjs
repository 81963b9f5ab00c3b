import { createRequire } from 'node:module';

const axios = createRequire(`${process.env.CLIENT_PACKAGES}/`)('axios');
const answer = await axios.get('https://api.amps.ai/battery', { headers: { Authorization: 'Bearer sk_test_demo' } });
console.log(JSON.stringify([answer.status, answer.headers['x-sandbox'], answer.data]));

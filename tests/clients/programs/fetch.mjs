const answer = await fetch('https://api.amps.ai/battery', { headers: { Authorization: 'Bearer sk_test_demo' } });
console.log(JSON.stringify([answer.status, answer.headers.get('x-sandbox'), await answer.json()]));

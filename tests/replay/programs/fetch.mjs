// What fetch shows: bodies decoded, names in lower case, fields of one name joined.
const [base, ...calls] = process.argv.slice(2);
for (const call of calls) {
  const [method, path] = call.split(' ');
  try {
    const answer = await fetch(base + path, { method, redirect: 'manual' });
    const body = Buffer.from(await answer.arrayBuffer()).toString('base64');
    console.log(JSON.stringify([answer.status, answer.statusText, [...answer.headers], body]));
  } catch (error) {
    console.log(JSON.stringify([error.name]));
  }
}

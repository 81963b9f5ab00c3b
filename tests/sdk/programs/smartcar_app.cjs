// The vendor's own npm package, as an app uses it: client id and secret in the environment, a user sent to Connect.
const smartcar = require("smartcar");

async function main() {
  const client = new smartcar.AuthClient({ redirectUri: "https://app.example/callback" });
  const told = {};
  const sentBack = await fetch(client.getAuthUrl(["read_battery"], { state: "s1" }), { redirect: "manual" });
  const answer = new URL(sentBack.headers.get("location")).searchParams;
  told.state = answer.get("state");
  let access = await client.exchangeCode(answer.get("code"));
  access = await client.exchangeRefreshToken(access.refreshToken);

  const { vehicles, paging } = await smartcar.getVehicles(access.accessToken);
  told.listed = vehicles.length === paging.count;
  const metric = new smartcar.Vehicle(vehicles[0], access.accessToken);
  const imperial = new smartcar.Vehicle(vehicles[0], access.accessToken, { unitSystem: "imperial" });
  told.attributes = (await metric.attributes()).id === vehicles[0];
  told.vin = (await metric.vin()).vin.length;
  told.battery = (await metric.battery()).percentRemaining > 0;
  const near = await imperial.odometer();
  told.ratio = Math.round(((await metric.odometer()).distance / near.distance) * 1000) / 1000;
  told.meta = [near.meta.unitSystem, near.meta.dataAge.toISOString()];

  const batch = await imperial.batch(["/odometer", "/", "/fuel"]);
  told.batch = [batch.odometer().distance === near.distance, batch.attributes().id === vehicles[0]];
  try {
    batch.fuel();
  } catch (error) {
    told.errorInBatch = [error.type, error.code];
  }

  const locked = (await metric.lockStatus()).isLocked;
  told.command = (await (locked ? metric.unlock() : metric.lock())).status;
  told.changed = (await metric.lockStatus()).isLocked !== locked;
  told.stop = (await metric.stopCharge()).status;
  told.charge = (await metric.charge()).state;
  try {
    await new smartcar.Vehicle("no-such-vehicle", access.accessToken).odometer();
  } catch (error) {
    told.error = [error.statusCode, error.type, error.code];
  }
  console.log(JSON.stringify(told));
}

main();

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

  told.user = (await smartcar.getUser(access.accessToken)).id.length;
  told.nominal = (await metric.nominalCapacity()).capacity.source;
  told.capacity = (await metric.batteryCapacity()).capacity > 0;
  told.place = (await metric.location()).latitude !== 0;
  told.tires = (await metric.tirePressure()).frontLeft;
  told.limit = [(await metric.setChargeLimit(0.7)).status, (await metric.getChargeLimit()).limit];
  told.permissions = (await metric.permissions({ limit: 2, offset: 1 })).permissions;
  told.destination = (await metric.sendDestination(59.9, 10.7)).status;
  told.subscribed = (await metric.subscribe("my-webhook")).webhookId;
  told.unsubscribed = (await metric.unsubscribe("amt", "my-webhook")).status;
  told.refused = [];
  for (const name of ["engineOil", "fuel", "serviceHistory", "diagnosticSystemStatus", "diagnosticTroubleCodes"]) {
    try {
      await metric[name]();
    } catch (error) {
      told.refused.push([error.statusCode, error.type]);
    }
  }
  told.faults = [];
  for (const fault of ["error=asleep", "rate_limit; retry_after_s=30"]) {
    try {
      await metric.request("GET", "odometer", null, { "X-Sandbox-Fault": fault });
    } catch (error) {
      told.faults.push([error.statusCode, error.type, error.code, error.retryAfter ?? null]);
    }
  }
  told.compatible = (await smartcar.getCompatibility("WVW", ["read_battery", "read_horn"])).capabilities.map((c) => c.capable);
  told.matrix = Object.keys(await smartcar.getCompatibilityMatrix("EUROPE", { make: ["TESLA"] })).filter((k) => k !== "meta");
  told.v3 = (await smartcar.getVehicle(access.accessToken, vehicles[0])).body.attributes.make;
  told.signals = (await metric.getSignals()).body.data.length;
  told.signal = (await metric.getSignal("charge-ischarging")).body.attributes.body.value;
  const page = await smartcar.getConnections("amt", {}, { limit: 2 });
  told.connections = [page.connections.length, typeof page.paging.cursor];
  told.disconnected = [
    (await new smartcar.Vehicle(vehicles[2], access.accessToken).disconnect()).status,
    (await smartcar.deleteConnections("amt", { vehicleId: vehicles[1] })).connections.length,
    (await smartcar.getVehicles(access.accessToken)).vehicles.length,
  ];
  try {
    await new smartcar.Vehicle("no-such-vehicle", access.accessToken).odometer();
  } catch (error) {
    told.error = [error.statusCode, error.type, error.code];
  }
  console.log(JSON.stringify(told));
}

main();

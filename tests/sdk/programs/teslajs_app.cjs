// npm `teslajs`, as an app uses it: a name and a password, typed into Tesla's own page by the package.
const tesla = require("teslajs");

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
}

async function main() {
  const told = {};
  const login = await tesla.loginAsync(process.env.TESLA_NAME, process.env.TESLA_PASSWORD);
  const again = await tesla.refreshTokenAsync(login.refreshToken);
  told.tokens = [Boolean(login.authToken), again.authToken !== undefined, again.refreshToken !== login.refreshToken];

  const options = { authToken: again.authToken };
  const products = await tesla.productsAsync(options);
  const cars = await tesla.vehiclesAsync(options);
  told.products = [products.length, cars.length];
  const car = await tesla.vehicleAsync(options); // sets options.vehicleID
  told.car = [car.id === cars[0].id_s, tesla.getVin(car).length, tesla.getModel(car)];
  told.state = (await tesla.vehicleByIdAsync(options)).state;
  const data = await tesla.vehicleDataAsync(options);
  const parts = ["chargeState", "climateState", "driveState", "guiSettings", "vehicleConfig", "vehicleState"];
  const read = await Promise.all(parts.map((part) => tesla[`${part}Async`](options)));
  told.parts = read.map((part) => part.timestamp === data.charge_state.timestamp);
  told.woken = (await tesla.wakeUpAsync(options)).state;
  told.chargers = (await tesla.nearbyChargersAsync(options)).superchargers.length;

  const before = read[0].charging_state;
  await tesla.stopChargeAsync(options);
  const stopped = (await tesla.chargeStateAsync(options)).charging_state;
  told.done = [
    await tesla.setChargeLimitAsync(options, 40), // the package makes it 50
    await tesla.setChargingAmpsAsync(options, 8),
    await tesla.doorUnlockAsync(options),
    await tesla.climateStartAsync(options),
    await tesla.setTempsAsync(options, 19, 23),
    await tesla.setSentryModeAsync(options, true),
    await tesla.flashLightsAsync(options),
    await tesla.setValetModeAsync(options, true, "1234"),
  ].every((answer) => answer.result);
  const charge = await tesla.chargeStateAsync(options);
  told.charge = [before, stopped, charge.charging_state, charge.charge_limit_soc, charge.charge_current_request];
  const climate = await tesla.climateStateAsync(options);
  told.climate = [climate.is_climate_on, climate.driver_temp_setting, climate.passenger_temp_setting];
  const vehicle = await tesla.vehicleStateAsync(options);
  told.vehicle = [read[5].locked, vehicle.locked, vehicle.sentry_mode];

  const site = products.find((product) => product.energy_site_id);
  const live = await tesla.solarStatusAsync({ ...options, siteId: site.energy_site_id });
  told.site = live.load_power - live.solar_power - live.battery_power - live.grid_power;
  const byVin = { ...options, vehicleID: car.vin };
  told.byVin = (await tesla.vehicleDataAsync(byVin)).id_s === car.id;
  told.errors = [
    await failure(tesla.vehicleDataAsync({ ...options, vehicleID: "123" })),
    await failure(tesla.vehiclesAsync({ authToken: "nonsense" })),
  ];
  told.out = (await tesla.logoutAsync(options.authToken)).response.statusCode;
  console.log(JSON.stringify(told));
}

main();

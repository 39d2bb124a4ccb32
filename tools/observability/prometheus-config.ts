/**
 * Configuration of a local Prometheus. A job is a service, as with the ServiceMonitors of the chart, so that the same rules hold.
 *
 * @param targets job -> host:port
 */
export function prometheusConfig(
  targets: Readonly<Record<string, string>>,
  rulesDir: string,
): string {
  // JSON is YAML.
  return JSON.stringify(
    {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      rule_files: [`${rulesDir}/*.yaml`],
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    },
    null,
    2,
  );
}

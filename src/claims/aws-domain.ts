/** Which hosts are Amazon's: whoever may issue tokens there is Cognito itself, and never an emulator. */

// The domains of each partition, and those of its dual-stack endpoints.
const awsDomains: readonly string[] = `
amazonaws.com api.aws
amazonaws.com.cn api.amazonwebservices.com.cn
amazonaws.eu api.amazonwebservices.eu
c2s.ic.gov api.aws.ic.gov
sc2s.sgov.gov api.aws.scloud
cloud.adc-e.uk api.cloud-aws.adc-e.uk
csp.hci.ic.gov api.aws.hci.ic.gov
`.trim().split(/\s/)

/**
 * Tells whether the host of a URL is within a domain of AWS, in any partition.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export function isOfAws (url: string): boolean {
  // The root of all names may be written as a dot at the end.
  const hostname = new URL(url).hostname.replace(/\.$/, '')
  return awsDomains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
}

/** What an application writes of a resource that it publishes. */

/** A protected resource that clients find out about by themselves (RFC 9728), such as an MCP server. */
export interface ResourceMetadataOptions {
  /**
   * Its identifier, published as it stands here: https, or `http://localhost`; a path of plain segments or none; no query, no
   * fragment. The routes below its path are the resource's.
   */
  readonly resource: string
  /** The scopes that its clients may need, such as `https://api.example.com/mcp/read`. Default: none are named. */
  readonly scopes?: readonly string[]
  /** A name for people. */
  readonly name?: string
  /** The address of a page for developers. */
  readonly documentation?: string
  /** The issuers that give tokens for it. Default: those of the user pools that have keys; with `mirror`, the origin of the resource. */
  readonly authorizationServers?: readonly string[]
  /**
   * Also serves `/.well-known/oauth-authorization-server`: Cognito's addresses under the name of this origin, with
   * `code_challenge_methods_supported`, which some clients insist on and Cognito does not say. For one user pool. Default: false.
   */
  readonly mirror?: boolean
}

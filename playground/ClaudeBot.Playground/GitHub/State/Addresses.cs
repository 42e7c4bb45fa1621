namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Where this playground answers; known once the port is bound.</summary>
public sealed class Addresses
{
    /// <summary>The path under which the REST API answers, as on GitHub Enterprise Server.</summary>
    public const string ApiPath = "/api/v3";

    /// <summary>The path of the GraphQL API, as there.</summary>
    public const string GraphQlPath = "/api/graphql";

    public Uri Server { get; internal set; } = new("http://127.0.0.1/");

    /// <summary><see cref="Server"/> without a slash at its end, to build addresses on.</summary>
    public string Html => Server.ToString().TrimEnd('/');

    public string Api => Html + ApiPath;
}

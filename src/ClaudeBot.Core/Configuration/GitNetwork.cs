namespace ClaudeBot.Configuration;

/// <summary>
/// The machine's way out, as git understands it. The program's own calls go by the same variables
/// (<c>HttpClient.DefaultProxy</c>); git's library reads <c>http_proxy</c> in lower case only (curl(1), "ENVIRONMENT"),
/// and names its certificates otherwise.
/// </summary>
internal static class GitNetwork
{
    private static readonly string[] Proxies = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"];

    /// <summary>What git's network commands need of the environment; the lower-case name wins, as it does in both programs.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> environment)
    {
        var found = new Dictionary<string, string>();
        foreach (var name in Proxies)
            Add(name, environment.GetValueOrDefault(name) ?? environment.GetValueOrDefault(name.ToUpperInvariant()));
        Add("GIT_SSL_CAINFO", environment.GetValueOrDefault("GIT_SSL_CAINFO") ?? environment.GetValueOrDefault("SSL_CERT_FILE"));
        Add("GIT_SSL_CAPATH", environment.GetValueOrDefault("GIT_SSL_CAPATH") ?? environment.GetValueOrDefault("SSL_CERT_DIR"));
        return found;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                found[name] = value;
        }
    }
}

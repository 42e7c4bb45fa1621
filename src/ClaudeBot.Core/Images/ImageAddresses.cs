using System.Text.RegularExpressions;
using ClaudeBot.GitHub;

namespace ClaudeBot.Images;

/// <summary>
/// Which addresses lead to an image on GitHub's own hosts. Everything else is never asked for: an issue's text may be
/// written by anybody, and must not choose whom the bot talks to.
/// </summary>
public sealed partial class ImageAddresses(GitHubOptions options)
{
    private const int Longest = 2000;
    private const int LongestOrigin = 300;

    // Where github.com keeps uploads; it leads there by redirects and signed addresses.
    private static readonly string[] PublicHosts = ["user-images.githubusercontent.com", "private-user-images.githubusercontent.com"];
    private const string PublicStore = "github-production-user-asset-6210df.s3.amazonaws.com";
    private const string PublicRaw = "raw.githubusercontent.com";

    private bool IsPublic => options.ServerUrl.Host == "github.com";

    /// <summary>Reads an address from an issue's text; null when it is none of a kind that is fetched.</summary>
    internal ImagePlace? Find(string address, RepositoryName repository)
    {
        if (address.Length > Longest || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
            return null;

        var origin = uri.GetLeftPart(UriPartial.Path);
        origin = origin.Length <= LongestOrigin ? origin : origin[..LongestOrigin] + "…";
        // Unescaped only now: a slash that was escaped is part of a name, and stays one.
        string[] parts = [.. uri.AbsolutePath.TrimStart('/').Split('/').Select(Uri.UnescapeDataString)];
        if (IsServer(uri))
            return OnServer(uri, parts, repository, origin);
        if (IsOwn(uri, PublicRaw, "raw"))
            return parts is [var owner, var name, .. var rest] && IsOf(repository, owner, name) ? File(rest, origin) : null;
        return IsUploadHost(uri) ? new ImagePlace.Attachment(uri, AssetOf(uri), origin) : null;
    }

    /// <summary>True for an address that GitHub itself may lead to, by a redirect or a signed address.</summary>
    internal bool MayFollow(Uri uri) =>
        uri.IsAbsoluteUri && uri.UserInfo.Length == 0 && (IsServer(uri) || IsUploadHost(uri) || (IsPublic && IsSecure(uri, PublicStore)));

    /// <summary>The id of an uploaded image in the last part of an address; null when there is none.</summary>
    internal static string? AssetOf(Uri uri) =>
        Asset().Match(uri.Segments[^1]) is { Success: true } asset ? asset.Value.ToLowerInvariant() : null;

    private ImagePlace? OnServer(Uri uri, string[] parts, RepositoryName repository, string origin) => parts switch
    {
        ["user-attachments", "assets", var asset] when WholeAsset().IsMatch(asset) => new ImagePlace.Attachment(Plain(uri), asset.ToLowerInvariant(), origin),
        [var owner, var name, "assets", _, var asset] when WholeAsset().IsMatch(asset) && IsOf(repository, owner, name) =>
            new ImagePlace.Attachment(Plain(uri), asset.ToLowerInvariant(), origin),
        // GitHub Enterprise Server keeps uploads on its own host.
        ["storage", "user", _, ..] when !IsPublic => new ImagePlace.Attachment(Plain(uri), AssetOf(uri), origin),
        [var owner, var name, "raw", .. var rest] when IsOf(repository, owner, name) => File(rest, origin),
        [var owner, var name, "blob", .. var rest] when IsOf(repository, owner, name) && uri.Query is "?raw=true" or "?raw=1" => File(rest, origin),
        _ => null,
    };

    // A branch with a slash in its name is only understood in its full form.
    private static ImagePlace.RepositoryFile? File(string[] parts, string origin) => parts switch
    {
        ["refs", "heads" or "tags", var reference, .. var path] when IsPath(path) => new(string.Join('/', path), reference, origin),
        [var reference, .. var path] when reference != "refs" && IsPath(path) => new(string.Join('/', path), reference, origin),
        _ => null,
    };

    // These go into the path of a call that bears the token: none may lead out of the repository's files.
    private static bool IsPath(string[] parts) =>
        parts.Length > 0 && parts.All(part => part is not ("" or "." or "..") && part.AsSpan().IndexOfAny('/', '\\', '\0') < 0);

    private bool IsServer(Uri uri) => uri.Scheme == options.ServerUrl.Scheme && uri.Authority == options.ServerUrl.Authority;

    private bool IsUploadHost(Uri uri) => IsPublic ? PublicHosts.Any(host => IsSecure(uri, host)) : IsOwn(uri, "", "media");

    // The hosts of GitHub Enterprise Server with subdomain isolation.
    private bool IsOwn(Uri uri, string publicHost, string subdomain) =>
        IsPublic ? IsSecure(uri, publicHost) : uri.Scheme == options.ServerUrl.Scheme && uri.Authority == $"{subdomain}.{options.ServerUrl.Authority}";

    private static bool IsSecure(Uri uri, string host) => uri.Scheme == Uri.UriSchemeHttps && uri.Host == host && uri.IsDefaultPort;

    private static bool IsOf(RepositoryName repository, string owner, string name) =>
        string.Equals($"{owner}/{name}", repository.ToString(), StringComparison.OrdinalIgnoreCase);

    private static Uri Plain(Uri uri) => new(uri.GetLeftPart(UriPartial.Path));

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Asset();

    [GeneratedRegex(@"\A[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\z")]
    private static partial Regex WholeAsset();
}

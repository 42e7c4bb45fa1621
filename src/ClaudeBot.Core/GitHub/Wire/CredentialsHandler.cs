using System.Net;
using System.Net.Http.Headers;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// Puts the token of this moment on each request, and on none that goes to another server. A refused token that can be
/// replaced is replaced once: 401 means that nothing was done.
/// </summary>
internal sealed class CredentialsHandler(GitHubCredential credential, Uri api, Uri graphQl) : DelegatingHandler
{
    /// <summary>The address names the repository in its fragment, which never leaves for the server: GraphQL has one address for all.</summary>
    public static string About(Uri graphQl, RepositoryName repository) => $"{graphQl.AbsoluteUri}#{repository}";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The address of a next page is GitHub's word: it may not lead the token elsewhere.
        if (request.RequestUri is not { } target || !(api.IsBaseOf(target) || target == graphQl))
            throw new GitHubException(GitHubFaultKind.Rejected, $"{Faults.Call(request)}: the address is not on {api.Authority}.", null, null);

        var repository = RepositoryOf(target);
        var token = await SignAsync(request, repository, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !credential.Forget(token))
            return response;

        response.Dispose();
        await SignAsync(request, repository, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<string> SignAsync(HttpRequestMessage request, RepositoryName? repository, CancellationToken cancellationToken)
    {
        var token = await credential.TokenAsync(repository, cancellationToken)
            ?? throw new GitHubException(GitHubFaultKind.Unauthorized, $"{Faults.Call(request)}: {credential.Name} is not set.", null, null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Remove("X-GitHub-Api-Version");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return token;
    }

    private RepositoryName? RepositoryOf(Uri target)
    {
        var named = target == graphQl
            ? target.Fragment.TrimStart('#')
            : target.AbsolutePath[api.AbsolutePath.Length..].Split('/') is ["repos", var owner, var name, ..] ? $"{owner}/{name}" : "";
        return RepositoryName.TryParse(named, out var repository) ? repository : null;
    }
}

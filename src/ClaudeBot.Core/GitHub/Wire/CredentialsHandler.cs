using System.Net.Http.Headers;
using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub.Wire;

/// <summary>Puts the token of this moment on each request, and on none that goes to another server.</summary>
internal sealed class CredentialsHandler(SecretSource token, Uri api, Uri graphQl) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The address of a next page is GitHub's word: it may not lead the token elsewhere.
        if (request.RequestUri is not { } target || !(api.IsBaseOf(target) || target == graphQl))
            throw new GitHubException(GitHubFaultKind.Rejected, $"{Faults.Call(request)}: the address is not on {api.Authority}.", null, null);

        var value = token.Current()
            ?? throw new GitHubException(GitHubFaultKind.Unauthorized, $"{Faults.Call(request)}: {token.Name} is not set.", null, null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", value);
        request.Headers.Remove("X-GitHub-Api-Version");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return base.SendAsync(request, cancellationToken);
    }
}

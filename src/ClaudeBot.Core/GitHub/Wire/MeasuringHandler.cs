using System.Net;

namespace ClaudeBot.GitHub.Wire;

/// <summary>Counts and times every request that leaves, with the answer of the network or of GitHub itself.</summary>
internal sealed class MeasuringHandler(ApiCalls calls, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            calls.Ended(IsAnswer(request, response), time.GetElapsedTime(began));
            return response;
        }
        catch (GitHubException)
        {
            calls.Ended(succeeded: false, time.GetElapsedTime(began));
            throw;
        }
    }

    // "Not there" is what many a look hopes to hear.
    private static bool IsAnswer(HttpRequestMessage request, HttpResponseMessage response) =>
        (int)response.StatusCode < 400 || (request.Method == HttpMethod.Get && response.StatusCode == HttpStatusCode.NotFound);
}

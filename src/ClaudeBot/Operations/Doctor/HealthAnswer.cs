namespace ClaudeBot.Operations.Doctor;

/// <summary>Asks a status web's <c>/health</c>.</summary>
internal static class HealthAnswer
{
    /// <summary>What is wrong with the answer, as "answers 503"; null when it is good.</summary>
    public static async Task<string?> TroubleAsync(Uri door, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var answer = await http.GetAsync(door, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return $"cannot be reached: {error.Message}";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "does not answer in time";
        }
    }
}

using System.Runtime.CompilerServices;

namespace ClaudeBot.Operations.Doctor;

/// <summary>Makes all examinations, one after another, so that each is reported as soon as it is known.</summary>
internal sealed class DoctorRound(IEnumerable<IExamination> examinations)
{
    /// <param name="mend">Applies each finding's cure; what was mended is told as ok.</param>
    public async IAsyncEnumerable<Finding> ExamineAsync(bool mend, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var examination in examinations)
        {
            await using var findings = examination.LookAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(examination, findings, cancellationToken) is { } finding)
                yield return mend && finding.Cure is { } cure ? await MendAsync(finding, cure, cancellationToken) : finding;
        }
    }

    // One look that fails must not hide what the others find. The enumerator is over after it.
    private static async Task<Finding?> NextAsync(IExamination examination, IAsyncEnumerator<Finding> findings, CancellationToken cancellationToken)
    {
        try
        {
            return await findings.MoveNextAsync() ? findings.Current : null;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Fault(examination.Subject, FaultKind.Other, $"This could not be looked at ({error.GetType().Name}: {error.Message})", "The other checks are made all the same; report this one with the text above");
        }
    }

    private static async Task<Finding> MendAsync(Finding finding, Func<CancellationToken, Task<string>> cure, CancellationToken cancellationToken)
    {
        try
        {
            return Finding.Ok(finding.Check, $"Mended: {await cure(cancellationToken)} (it was: {finding.What})");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return finding with { What = $"{finding.What} It could not be mended: {error.Message}", Cure = null };
        }
    }
}

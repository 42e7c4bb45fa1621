using ClaudeBot.Commands;
using ClaudeBot.Processes;

// Before a secret is read.
ProcessPrivacy.Hide();
return await CommandTree.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);

using ClaudeBot.Commands;

return await CommandTree.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);

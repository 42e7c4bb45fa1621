using ClaudeBot.Commands;
using ClaudeBot.Images;
using ClaudeBot.Processes;

// The bot's own child, in the sandbox: it needs nothing of the rest.
if (args is ["image"])
    return ImageProtocol.Serve(Console.In, Console.Out, Console.Error);

// Before a secret is read.
ProcessPrivacy.Hide();
return await CommandTree.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);

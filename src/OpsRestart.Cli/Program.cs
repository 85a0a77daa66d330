using OpsRestart.Cli.Commands;
using OpsRestart.Cli.Output;

return await CommandTree.RunAsync(args, Terminal.FromConsole()).ConfigureAwait(false);

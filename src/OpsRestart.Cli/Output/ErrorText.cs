namespace OpsRestart.Cli.Output;

/// <summary>Prints an error: what happened, and what to do next.</summary>
internal static class ErrorText
{
    public static void Write(OpsError error, string message, string? advice, Terminal terminal)
    {
        var colour = terminal is { Live: true, Colour: true };
        terminal.Error.WriteLine($"{TextTable.Painted($"opsrestart: {error}:", Paint.Bad, colour)} {SecretText.Redact(message)}");
        if (NextSteps.After(error, advice) is { } next)
        {
            terminal.Error.WriteLine($"  {next}");
        }
    }
}

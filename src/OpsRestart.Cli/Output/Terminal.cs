namespace OpsRestart.Cli.Output;

/// <summary>Where output goes: results to <see cref="Out"/>, progress and errors to <see cref="Error"/>. Neither lets text from outside steer the terminal.</summary>
internal sealed record Terminal
{
    public required TextWriter Out { get; init => field = new SafeWriter(value); }

    public required TextWriter Error
    {
        get;
        init
        {
            Screen = value;
            field = new SafeWriter(value);
        }
    }

    /// <summary>The same as <see cref="Error"/> for what redraws lines: the caller sees to it that all text in between is safe.</summary>
    public TextWriter Screen { get; private init; } = TextWriter.Null;

    /// <summary>Whether results are read by a person at a terminal that shows colours.</summary>
    public bool Colour { get; init; }

    /// <summary>Whether progress is shown at a terminal that can redraw lines.</summary>
    public bool Live { get; init; }

    /// <summary>Columns of results; longer lines are cut. Not limited when they go to a file or a pipe.</summary>
    public int Width { get; init; } = int.MaxValue;

    /// <summary>The process' own; colours honour NO_COLOR (https://no-color.org) and TERM=dumb.</summary>
    public static Terminal FromConsole()
    {
        var canDraw = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        var wantsColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Terminal
        {
            Out = new QuietWriter(Console.Out),
            Error = new QuietWriter(Console.Error),
            Colour = canDraw && wantsColour && !Console.IsOutputRedirected,
            Live = canDraw && !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(40, Console.WindowWidth),
        };
    }
}

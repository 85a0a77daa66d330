namespace OpsRestart.Adapters.Settings;

/// <summary>A piece of a YAML text that knows where it stands (1-based).</summary>
internal abstract record YamlItem(int Line, int Column)
{
    /// <summary>Items in it, itself included, aliases counted as often as they are used.</summary>
    public abstract long Size { get; }

    /// <summary>Levels in it, itself included, those of aliases too.</summary>
    public abstract int Depth { get; }

    public abstract string TypeName { get; }
}

internal sealed record YamlScalar(string Text, bool IsPlain, int Line, int Column) : YamlItem(Line, Column)
{
    public override long Size => 1;

    public override int Depth => 1;

    public override string TypeName => IsNull ? "nothing" : "text";

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed record YamlList(IReadOnlyList<YamlItem> Items, int Line, int Column) : YamlItem(Line, Column)
{
    public override long Size { get; } = 1 + Items.Sum(static i => i.Size);

    public override int Depth { get; } = 1 + Items.Select(static i => i.Depth).DefaultIfEmpty().Max();

    public override string TypeName => "a list";
}

internal sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line, int Column) : YamlItem(Line, Column)
{
    public override long Size { get; } = 1 + Entries.Sum(static e => 1 + e.Value.Size);

    public override int Depth { get; } = 1 + Entries.Select(static e => e.Value.Depth).DefaultIfEmpty().Max();

    public override string TypeName => "a map";
}

internal sealed record YamlEntry(YamlScalar Key, YamlItem Value);

using OpsRestart.Adapters.Settings;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpsRestart.Adapters.GraphFiles.Yaml;

/// <summary>
/// Reads YAML (or JSON, its subset) to a tree in which every item has its place. The library's own tree gives up at the first duplicate
/// key; here all that is wrong is found, as far as the syntax lets one read on.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 40;

    // Far above any real graph; stops a file that multiplies itself by aliases.
    private const long MaxSize = 100_000;
    private const int MaxText = 64 * 1024;
    private const int MaxAliases = 10_000;

    private readonly IParser _parser;
    private readonly FindingList _findings;
    private readonly Dictionary<string, YamlItem> _anchors = new(StringComparer.Ordinal);
    private long _items;
    private int _aliases;

    private YamlTree(IParser parser, FindingList findings)
    {
        _parser = parser;
        _findings = findings;
    }

    /// <summary>The tree; null when the text has none, with a finding that says why.</summary>
    public static YamlItem? Read(string text, FindingList findings)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            return new YamlTree(parser, findings).ReadDocument();
        }
        catch (YamlException e)
        {
            YamlSyntax.Report(text, e.Start, e.InnerException?.Message ?? e.Message, findings);
        }
#pragma warning disable CA1031 // The library's scanner gives up in many ways (a stray ':', half a character, a number too large), all of which mean one thing.
        catch (Exception)
#pragma warning restore CA1031
        {
            YamlSyntax.Report(text, parser.Current?.End ?? Mark.Empty, "what follows here can't be read", findings);
        }

        return null;
    }

    private YamlItem? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadItem(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            _findings.Add(
                "SecondDocument",
                (int)second.Start.Line,
                (int)second.Start.Column,
                "A second YAML document begins here.",
                "Write one graph a file."
            );
        }

        return root;
    }

    private YamlItem ReadItem(int depth)
    {
        var at = _parser.Current!.Start;
        Refuse(depth > MaxDepth, at, $"nested deeper than {MaxDepth} levels");
        Refuse(++_items > MaxSize, at, $"more than {MaxSize} values");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            var aliased = Aliased(alias);
            Refuse(depth + aliased.Depth > MaxDepth + 1, at, $"nested deeper than {MaxDepth} levels by aliases");
            return aliased;
        }

        var start = _parser.Current as NodeEvent;
        YamlItem item = _parser.Current switch
        {
            MappingStart => ReadMap(depth),
            SequenceStart => ReadList(depth),
            _ => ReadScalar(),
        };
        Refuse(item.Size > MaxSize, start!.Start, $"more than {MaxSize} values");
        if (start is { Anchor.IsEmpty: false })
        {
            _anchors[start.Anchor.Value] = item;
        }

        return item;
    }

    private YamlItem Aliased(AnchorAlias alias)
    {
        Refuse(++_aliases > MaxAliases, alias.Start, $"more than {MaxAliases} aliases");
        return _anchors.TryGetValue(alias.Value.Value, out var item)
            ? item with
            {
                Line = (int)alias.Start.Line,
                Column = (int)alias.Start.Column,
            }
            : throw new SyntaxErrorException(alias.Start, alias.End, $"alias *{alias.Value} has no anchor before it");
    }

    private static void Refuse(bool isTooMuch, Mark at, string what)
    {
        if (isTooMuch)
        {
            throw new SyntaxErrorException(at, at, what);
        }
    }

    private YamlScalar ReadScalar()
    {
        var scalar = _parser.Consume<Scalar>();
        Refuse(scalar.Value.Length > MaxText, scalar.Start, $"a text of more than {MaxText / 1024} KiB");
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column);
    }

    private YamlList ReadList(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlItem>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadItem(depth + 1));
        }

        return new YamlList(items, (int)start.Start.Line, (int)start.Start.Column);
    }

    private YamlMap ReadMap(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadItem(depth + 1);
            var value = ReadItem(depth + 1);
            AddEntry(entries, key, value);
        }

        return new YamlMap([.. entries.Values], (int)start.Start.Line, (int)start.Start.Column);
    }

    private void AddEntry(Dictionary<string, YamlEntry> entries, YamlItem key, YamlItem value)
    {
        if (key is not YamlScalar { IsNull: false } name)
        {
            _findings.Add("WrongType", key, $"A key must be a word, not {key.TypeName}.");
        }
        else if (entries.TryGetValue(name.Text, out var first))
        {
            _findings.Add(
                "DuplicateKey",
                name,
                $"'{name.Text}' is written twice: first in line {first.Key.Line}.",
                "Keep one of them.",
                name.Text
            );
        }
        else
        {
            entries.Add(name.Text, new YamlEntry(name, value));
        }
    }
}

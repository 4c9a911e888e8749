"""Small lists that no source publishes, kept as CSV beside the code that reads them.

``codes.csv``: codes of sources and what they are in a standard, where no rule
can tell. ``source`` says where a code was seen. Places come from the UNECE code
list for trade and transport locations (UN/LOCODE): of edition 2022-2 for the
US, 2024-2 for Taiwan, 2013-2 for territories and Hong Kong, 2012-1 for US land
crossings; "UN/LOCODE" without an edition is a code in common use that was not
looked up. I-94 countries without a label are mapped only where almost all
holders live in one country and a second fact agrees (``reason``). A row without
``conformed_code`` is one that was looked at and left unmapped.

``country_names.csv``: names of countries in traditional Chinese as Taiwan uses
them, and in English where ``iso3166_country_codes`` shortens them to two
letters; from Unicode CLDR 47.

``country_aliases.csv``: older, shorter and longer names in English under which
sources list a country. Names of states that ISO 3166-1 does not hold any more
(USSR, Yugoslavia, Netherlands Antilles) or not yet (Kosovo) are none of them.

``port_airports.csv``: airports among the agency's ports, by IATA code, which the
legs of carriers name; harbours have none.
"""

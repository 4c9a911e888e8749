"""Sino-Vietnamese readings, without diacritics, of the characters that Vietnamese names are mostly made of."""

READINGS = {
    "阮": "nguyen", "陳": "tran", "黎": "le", "范": "pham", "黃": "hoang huynh", "潘": "phan", "武": "vu vo",
    "鄧": "dang", "裴": "bui", "杜": "do", "胡": "ho", "吳": "ngo", "楊": "duong", "李": "ly", "王": "vuong",
    "張": "truong", "趙": "trieu", "林": "lam", "劉": "luu", "周": "chu chau", "何": "ha", "高": "cao", "梁": "luong",
    "馬": "ma", "郭": "quach", "蔡": "thai", "許": "hua", "鄭": "trinh", "謝": "ta", "孫": "ton", "朱": "chu",
    "蘇": "to", "葉": "diep", "呂": "la lu", "丁": "dinh", "段": "doan", "陶": "dao", "方": "phuong", "江": "giang",
    "湯": "thang", "石": "thach", "金": "kim", "徐": "tu", "沈": "tham", "文": "van", "氏": "thi", "志": "chi",
    "賢": "hien", "平": "binh", "安": "an", "英": "anh", "俊": "tuan", "明": "minh", "光": "quang", "德": "duc",
    "勇": "dung", "雄": "hung", "強": "cuong", "海": "hai", "玉": "ngoc", "蘭": "lan", "花": "hoa", "香": "huong",
    "秋": "thu", "春": "xuan", "清": "thanh", "成": "thanh", "勝": "thang", "福": "phuc", "祿": "loc", "壽": "tho",
    "龍": "long", "虎": "ho", "國": "quoc", "家": "gia", "輝": "huy", "煌": "hoang", "南": "nam", "山": "son",
    "水": "thuy", "美": "my", "月": "nguyet", "雪": "tuyet", "紅": "hong", "鳳": "phuong", "梅": "mai", "竹": "truc",
    "菊": "cuc", "青": "thanh", "進": "tien", "心": "tam", "孝": "hieu", "忠": "trung", "義": "nghia", "仁": "nhan",
    "智": "tri", "信": "tin", "友": "huu", "世": "the", "永": "vinh", "長": "truong", "大": "dai", "正": "chinh",
    "廷": "dinh", "庭": "dinh", "瑞": "thuy", "蓮": "lien", "秀": "tu", "芳": "phuong", "貴": "quy", "寶": "bao",
    "珠": "chau", "琴": "cam", "飛": "phi", "登": "dang", "開": "khai", "慶": "khanh", "和": "hoa", "富": "phu",
    "善": "thien", "全": "toan", "元": "nguyen", "越": "viet", "泰": "thai",
}  # fmt: skip
